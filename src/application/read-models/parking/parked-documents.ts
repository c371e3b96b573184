import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/kernel/event.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';

/** A document that an event could not be folded into. It keeps its state from before that event. */
export interface ParkedDocument {
  readonly projection: string;
  /** The set of documents that it belongs to, such as `agenda@4.1`. */
  readonly build: string;
  /** The document; `stream:<name>` if the affected documents of an event of that stream cannot be determined. */
  readonly documentId: string;
  readonly event: string;
  readonly type: string;
  readonly position: Position;
  readonly reason: string;
  readonly parkedAt: Instant;
  /** Later events that concern it and are not folded into it. */
  readonly waiting: number;
  /** The first event that is missing in the document. */
  readonly from: Position;
  /** The last waiting event. */
  readonly upTo: Position;
  /** The parked document that it depends on. */
  readonly waitsFor?: string | undefined;
}

interface Stored extends Document {
  readonly build: string;
  readonly parked: ParkedDocument;
}

interface Request extends Document {
  readonly build: string;
  readonly documentId: string;
}

const PARKED: Collection = {
  name: 'parked@2',
  indexes: [['build']],
  whenLost:
    'Which documents were parked is lost, because it is in no log: they lack events, and nothing lists them. Run: herald verify. Then run herald replay for each read model that differs.',
};
const REQUESTS: Collection = {
  name: 'retry-requests@1',
  indexes: [['build']],
  whenLost: 'Requests to retry parked documents are lost: make them again.',
};

/** Stands for the documents of a build as a whole, which stand still because too many of them are parked. */
export const WHOLE_BUILD = '*';

const idOf = (build: string, documentId: string): string => `${build}/${documentId}`;

/** Parked documents, and requests to retry them, in the document store: shared by all instances, and persistent. */
@Injectable()
export class ParkedDocuments {
  constructor(private readonly documents: DocumentStore) {}

  async open(): Promise<void> {
    await this.documents.ensure(PARKED);
    await this.documents.ensure(REQUESTS);
  }

  /** All parked documents of one set. */
  async of(build: string): Promise<readonly ParkedDocument[]> {
    return (await this.#all<Stored>(PARKED, build)).map(({ parked }) => parked);
  }

  /** Records the current state of these. */
  async save(parked: readonly ParkedDocument[]): Promise<void> {
    await this.#write(
      PARKED,
      parked.map((one) => ({
        id: idOf(one.build, one.documentId),
        body: { build: one.build, parked: one },
      })),
    );
  }

  /** Removes these: they are not parked any more. */
  async remove(build: string, documentIds: readonly string[]): Promise<void> {
    await this.#write(
      PARKED,
      documentIds.map((documentId) => ({ id: idOf(build, documentId), body: undefined })),
    );
  }

  /** Removes all parked documents of a dropped set. */
  async forget(build: string): Promise<void> {
    const all = await this.of(build);
    await this.remove(
      build,
      all.map(({ documentId }) => documentId),
    );
  }

  /** Asks the writing instance to retry these documents. */
  async request(build: string, documentIds: readonly string[]): Promise<void> {
    await this.#write(
      REQUESTS,
      documentIds.map((documentId) => ({ id: idOf(build, documentId), body: { build, documentId } })),
    );
  }

  /** The ids of the documents of this build with a pending retry request. */
  async requested(build: string): Promise<readonly string[]> {
    return (await this.#all<Request>(REQUESTS, build)).map(({ documentId }) => documentId);
  }

  /** Removes requests that were fulfilled, or failed. */
  async settle(build: string, documentIds: readonly string[]): Promise<void> {
    await this.#write(
      REQUESTS,
      documentIds.map((documentId) => ({ id: idOf(build, documentId), body: undefined })),
    );
  }

  async #write(
    collection: Collection,
    changes: readonly { readonly id: string; readonly body: object | undefined }[],
  ): Promise<void> {
    if (changes.length === 0) return;
    const before = await this.documents.get(
      collection,
      changes.map(({ id }) => id),
    );
    const writes = changes.map(({ id, body }) => {
      const position = stepAfter(before.get(id)?.position);
      return { id, position, document: body && { ...body, id, position } };
    });
    await this.documents.write(collection, writes);
  }

  async #all<D extends Document>(collection: Collection, build: string): Promise<readonly D[]> {
    const all: D[] = [];
    for await (const document of this.documents.stream<D>(collection, { where: { build } }))
      all.push(document);
    return all;
  }
}
