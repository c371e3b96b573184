import { Logger } from '@nestjs/common';
import type { Collection, Document, DocumentStore } from '../../ports/document-store.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import type { LiveProjector } from './live-projector.js';
import { isOfThisLog } from './log-check.js';
import type { ReadModels } from './read-models.js';

export interface AnsweringContext {
  readonly log: EventStore;
  readonly documents: DocumentStore;
  readonly readModels: ReadModels;
  /** Opens documents that are written only while the projection's lease is held. */
  readonly openProjector: (
    projection: Projection<Document>,
    collection: Collection,
  ) => Promise<LiveProjector>;
  readonly stopped: AbortSignal;
}

/**
 * Decides which documents of one projection are live: none while they have another version than the code, or belong to another
 * log.
 */
export class AnsweringDocuments {
  readonly #logger = new Logger('Projections');
  #projector: LiveProjector | undefined;
  /** The name of the documents of another version whose indexes were looked after; they answer as they are. */
  #ensured: string | undefined;
  /** The name of the documents that were built from another log. */
  #restored: string | undefined;
  /** Up to where a newer version had written its documents at the last look. */
  #newerWritten: Position | undefined;

  constructor(
    private readonly projection: Projection<Document>,
    private readonly context: AnsweringContext,
    private readonly changed: () => void,
  ) {}

  get projector(): LiveProjector | undefined {
    return this.#projector;
  }

  /** Whether the documents were built from another log, and are being rebuilt. */
  get isRestored(): boolean {
    return this.#restored !== undefined;
  }

  /** Whether they are of the version in the code. */
  get isOfThisVersion(): boolean {
    return this.context.readModels.of(this.projection).live.version === this.projection.version;
  }

  /** Whether they are of a newer version of Herald: only an instance of that version writes them. */
  get isNewer(): boolean {
    return this.context.readModels.of(this.projection).live.version > this.projection.version;
  }

  /** The position up to which the live documents are written; undefined for those of an older version, which nobody writes. */
  get written(): Position | undefined {
    return this.isNewer ? this.#newerWritten : this.#projector?.written;
  }

  /** Looks how far another instance has written the documents of a newer version. */
  async lookAtNewer(): Promise<void> {
    const { readModels, documents } = this.context;
    if (this.isNewer) this.#newerWritten = await documents.checkpoint(readModels.collection(this.projection));
  }

  /** Whether these documents were built from another log. */
  isSetAside({ collection }: LiveProjector): boolean {
    return collection.name === this.#restored;
  }

  /** Opens the live documents if they have the version of the code and are not open yet. */
  async open(): Promise<void> {
    const { readModels, openProjector } = this.context;
    const { isOfThisVersion } = this;
    const collection = readModels.collection(this.projection);
    if (isOfThisVersion && this.#projector?.collection.name === collection.name) return;
    this.#become(undefined);
    if (!isOfThisVersion) {
      // An instance of their version has replaced those that were built from another log.
      if (this.#restored !== collection.name) this.#availableAgain();
      return this.#ensure(collection);
    }
    if (this.#restored === collection.name) return;
    this.answerWith(await openProjector(this.projection, collection));
  }

  /** Makes these documents live. */
  answerWith(projector: LiveProjector): void {
    this.#become(projector);
    this.#availableAgain();
  }

  #availableAgain(): void {
    const { name } = this.projection;
    if (this.#restored === undefined) return;
    this.#restored = undefined;
    this.context.readModels.setAside(name, false);
    this.#logger.warn(`${name} was rebuilt from the restored log and is available again.`);
  }

  /** Makes the documents unavailable until they are rebuilt, because they were built from another log. */
  setAside(): void {
    this.#restored = this.#toCompare?.name ?? this.#restored;
    this.context.readModels.setAside(this.projection.name, true);
    this.#become(undefined);
  }

  /** Whether the documents were built from another log. */
  async isOfAnotherLog(): Promise<boolean> {
    const { log, documents, stopped } = this.context;
    const compared = this.#toCompare;
    if (!compared) return false;
    const isOfThis = await isOfThisLog(log, documents, compared, stopped);
    return !isOfThis && compared.name === this.#toCompare?.name;
  }

  /** The live documents that the log is compared with: those of an older version are rebuilt anyway. */
  get #toCompare(): Collection | undefined {
    if (this.#projector) return this.#projector.collection;
    if (!this.isNewer) return undefined;
    const collection = this.context.readModels.collection(this.projection);
    return collection.name === this.#restored ? undefined : collection;
  }

  async #ensure(collection: Collection): Promise<void> {
    if (this.#ensured === collection.name) return;
    await this.context.documents.ensure(collection);
    this.#ensured = collection.name;
  }

  #become(projector: LiveProjector | undefined): void {
    this.#projector = projector;
    this.changed();
  }
}
