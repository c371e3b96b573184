import {
  type Collection,
  type Document,
  DocumentsRefused,
  type Refusal,
  type Write,
} from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import { MAX_DOCUMENT_BYTES } from '../../domain/bounds.js';
import { messageOf } from '../../domain/kernel/herald-error.js';

/** One write with the document's JSON; without JSON the document is removed. */
export interface SerialisedWrite {
  readonly id: string;
  readonly position: Position;
  readonly isNew: boolean;
  readonly stored: { readonly json: string; readonly document: Document } | undefined;
}

/** Serialises the documents of a write one by one, so that one that cannot be stored does not affect the others. */
export class SerialisedWrites {
  readonly #refusals: Refusal[] = [];

  constructor(private readonly collection: Pick<Collection, 'name'>) {}

  /** The documents that can be stored; each is serialised when it is requested. */
  *of(writes: Iterable<Write>): Generator<SerialisedWrite, void, undefined> {
    for (const write of writes) {
      const serialised = this.#serialised(write);
      if (serialised) yield serialised;
    }
  }

  /** Notes that the store itself has refused a document. */
  refuse(id: string, reason: string): void {
    this.#refusals.push({ id, reason });
  }

  get hasRefused(): boolean {
    return this.#refusals.length > 0;
  }

  /** @throws DocumentsRefused if any were refused. */
  throwRefused(): void {
    if (this.hasRefused) throw new DocumentsRefused(this.collection.name, this.#refusals);
  }

  #serialised(write: Write): SerialisedWrite | undefined {
    const { id, position, isNew = false } = write;
    try {
      const { document } = write;
      if (!document) return { id, position, isNew, stored: undefined };
      const json = JSON.stringify(document);
      const bytes = Buffer.byteLength(json);
      if (bytes <= MAX_DOCUMENT_BYTES) return { id, position, isNew, stored: { json, document } };
      this.refuse(id, tooLarge(bytes));
    } catch (error) {
      this.refuse(id, messageOf(error));
    }
    return undefined;
  }
}

const tooLarge = (bytes: number): string =>
  `The document has ${bytes} bytes; the limit is ${MAX_DOCUMENT_BYTES}.`;
