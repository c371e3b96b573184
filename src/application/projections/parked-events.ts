import { Injectable } from '@nestjs/common';
import { type Collection, type Document, DocumentStore, stepAfter } from '../document-store.js';
import type { Parked } from './projection.js';

interface Note extends Document {
  readonly parked: Parked;
  /** Somebody has asked that the event be tried again. */
  readonly isToBeRetried: boolean;
}

const NOTES: Collection = { name: 'parked@1', indexes: [] };

/**
 * What live documents stand still before, for the Heralds that do not write them, and their wish that it be tried again.
 * A note stays when the documents have gone on: it means nothing once they are as far as its event.
 */
@Injectable()
export class ParkedEvents {
  constructor(private readonly documents: DocumentStore) {}

  async open(): Promise<void> {
    await this.documents.ensure(NOTES);
  }

  /** What the last note of these documents says. */
  async of(collection: Collection): Promise<Parked | undefined> {
    return (await this.#note(collection))?.parked;
  }

  /** Notes what they stand still before; a wish is fulfilled with that, but for one that comes at the same moment. */
  async note(collection: Collection, parked: Parked): Promise<void> {
    await this.#write(collection, { parked, isToBeRetried: false }, (other) => other.isToBeRetried);
  }

  /** Asks whoever writes these documents to try the event again. */
  async askForRetry(collection: Collection, parked: Parked): Promise<void> {
    await this.#write(collection, { parked, isToBeRetried: true });
  }

  /** Whether somebody has asked for that, and it was not in vain yet. */
  async isToBeRetried(collection: Collection): Promise<boolean> {
    return (await this.#note(collection))?.isToBeRetried ?? false;
  }

  async #note({ name }: Collection): Promise<Note | undefined> {
    return (await this.documents.get<Note>(NOTES, [name])).get(name);
  }

  /** Until it is written: of two Heralds that write the same step the store lets one through. */
  async #write(
    collection: Collection,
    { parked, isToBeRetried }: Omit<Note, keyof Document>,
    yieldsTo: (other: Note) => boolean = () => false,
  ): Promise<void> {
    const id = collection.name;
    for (let before = await this.#note(collection); ; ) {
      const position = stepAfter(before?.position);
      const document: Note = { id, position, parked, isToBeRetried };
      await this.documents.write(NOTES, [{ id, position, document }]);
      before = await this.#note(collection);
      if (before?.position !== position || isSame(before, document) || yieldsTo(before)) return;
    }
  }
}

const isSame = (a: Note, b: Note): boolean =>
  a.isToBeRetried === b.isToBeRetried &&
  a.parked.event === b.parked.event &&
  a.parked.reason === b.parked.reason;
