import { Injectable } from '@nestjs/common';
import { type Collection, DocumentStore, stepAfter } from '../ports/document-store.js';
import { BEGUN, EPOCHS } from './begun-mails.js';
import { HOLDS } from './manual-hold.js';

/** Nothing but the note that all records were founded. */
const ALL_FOUNDED: Collection = {
  name: 'safety-records@1',
  indexes: [],
  whenLost: 'It only noted that the records exist which can hold sending, and notes so again.',
};

/** In the order in which they are founded, and what each one knows. */
const RECORDS: readonly { readonly collection: Collection; readonly knows: string }[] = [
  { collection: HOLDS, knows: 'whether an operator held sending' },
  { collection: EPOCHS, knows: 'which decisions were made after a restore' },
  { collection: BEGUN, knows: 'which mails were started, and which of them must not be sent again' },
  { collection: ALL_FOUNDED, knows: 'that the others exist' },
];

/** The document that says that a record was founded. */
const FOUNDED = 'founded';

/**
 * Notices when a record was lost that can hold sending: its file was damaged or removed, or its collection was dropped. Such a record is in
 * no log, so it cannot be rebuilt. Each record is founded once, by a document in it, in a fixed order: a record without this document
 * was lost if a later one has it.
 */
@Injectable()
export class SafetyRecords {
  constructor(private readonly documents: DocumentStore) {}

  /** Founds the records at the first start; afterwards only if none was lost. Call it once the records are open. */
  async open(): Promise<void> {
    await this.documents.ensure(ALL_FOUNDED);
    if ((await this.lost()).length === 0) await this.found();
  }

  /** The records that were lost, each with what it knew; none in most cases. */
  async lost(): Promise<readonly string[]> {
    const lost: string[] = [];
    let isLaterFounded = false;
    // The last one first: an instance that founds them at this moment begins with the first.
    for (const { collection, knows } of RECORDS.toReversed()) {
      const isFounded = await this.#isFounded(collection);
      if (isLaterFounded && !isFounded) lost.push(`${collection.name} (${knows})`);
      isLaterFounded ||= isFounded;
    }
    return lost;
  }

  /** Founds the records that are new, and those that were lost once an operator has released sending. */
  async found(): Promise<void> {
    for (const { collection } of RECORDS) {
      if (await this.#isFounded(collection)) continue;
      const document = { id: FOUNDED, position: stepAfter(undefined) };
      await this.documents.write(collection, [{ ...document, document }]);
    }
  }

  async #isFounded(collection: Collection): Promise<boolean> {
    return (await this.documents.get(collection, [FOUNDED])).has(FOUNDED);
  }
}
