import {
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENTS_IN_MEMORY,
  MAX_GATHERED_DOCUMENTS,
} from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { messageOf } from '../../../domain/kernel/herald-error.js';
import {
  type Collection,
  type Document,
  type DocumentStore,
  DocumentsRefused,
  type Mark,
  type Refusal,
  type Write,
} from '../../ports/document-store.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Body, Parked, Projection } from '../../ports/projection.js';
import { type Exceptions, PoisonEvent, StopAtFirst } from '../parking/exceptions.js';
import { DocumentBuffer, type Entry, type TakenWrite } from './document-buffer.js';
import { Folding } from './folding.js';

/**
 * When documents are written. `live`: after every batch; those of events that were recorded long ago, as an outage leaves them, together now
 * and then. `build`: when memory is short, because most documents change again, and often enough that a killed process has little to
 * repeat.
 */
export type Pace = 'live' | 'build';

/** Above this number of documents in memory, a build waits for the current write. */
const TOO_MANY_IN_MEMORY = (MAX_DOCUMENTS_IN_MEMORY * 4) / 3;
const MAX_UNWRITTEN_MS = 30_000;
/** How long live documents of old events are gathered, in milliseconds: others wait for them, and a killed process repeats them. */
const GATHER_MS = 5_000;

/** Keeps the documents of one projection up to date with the log. */
export class Projector<D extends Document = Document> {
  readonly #handles: ReadonlySet<string>;
  readonly #set: DocumentBuffer<D>;
  readonly #folding: Folding<D>;
  /** For a build: the current write. */
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #position: Position | undefined;
  /** The id of the last folded event. */
  #event: string | undefined;
  #recordedAt: Instant | undefined;
  /** How many events were read up to its position. */
  #read: number | undefined;
  #written: Position | undefined;
  #from: Position | undefined;
  /** Memory and store differ, and the stored position is unknown. */
  #needsReload = false;
  #isCheckpointBehind = false;
  /** Whether documents wait to be written that have gathered more than one batch: which event made which change is not known any more. */
  #hasGathered = false;
  /** Up to here nothing is gathered: one of the documents was refused, and the event at fault is to be found. */
  #gathersAfter: Position | undefined;
  /** Whether the store has taken a write since its checkpoint was read: a store that fails is noticed with the next event. */
  #hasWritten = false;
  #parked: Parked | undefined;
  #shortages = 0;
  /** By the monotonic clock, because it measures a duration. */
  #flushedAt = performance.now();

  constructor(
    readonly projection: Projection<D>,
    private readonly documents: DocumentStore,
    readonly collection: Collection,
    private readonly pace: Pace = 'live',
    /** Called between reading and writing; if it throws, nothing is written. */
    private readonly fence: () => Promise<void> = async () => undefined,
    /** How often memory was short so far; a build evicts a part of its documents each time. */
    private readonly shortages: () => number = () => 0,
    /** The handling of events that cannot be folded. Default: stop before the first. */
    readonly exceptions: Exceptions = new StopAtFirst(projection.name),
  ) {
    this.#handles = new Set(projection.handles);
    const derive = (body: Body<D>) => projection.derive?.(body) ?? body;
    this.#set = new DocumentBuffer<D>(documents, collection, derive, pace === 'live');
    this.#folding = new Folding(projection, this.#set, exceptions, (entries) => this.#spill(entries));
  }

  /** The position up to which it has folded the log; undefined before the first event. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** When the last event was recorded that it has folded; undefined before the first one since its documents were read. */
  get recordedAt(): Instant | undefined {
    return this.#recordedAt;
  }

  /**
   * How many events it has read up to its position, also before a restart; undefined for documents that were begun by an older
   * version of Herald.
   */
  get read(): number | undefined {
    return this.#read;
  }

  /** The position up to which its documents are written and visible to all. */
  get written(): Position | undefined {
    return this.#written;
  }

  /** Whether the live documents in memory contain more than those in the store, or than their checkpoint says. `flush` writes them. */
  get isUnwritten(): boolean {
    return this.#isCheckpointBehind || this.#written !== this.#position;
  }

  /** Whether documents wait to be written together with those of the next events. */
  get isGathering(): boolean {
    return this.#hasGathered;
  }

  /** The event before which it has stopped, if it has. */
  get parked(): Parked | undefined {
    return this.#parked;
  }

  /** Clears the stop, so that the event is retried. */
  unpark(): void {
    this.#parked = undefined;
  }

  /** Creates the collection and reads its position; a new one starts after `from`. */
  async open(from?: Position): Promise<void> {
    await this.documents.ensure(this.collection);
    this.#from = from;
    await this.reread();
  }

  /** Drops what is in memory and restarts at the checkpoint: a write has failed, or another instance may have written. */
  async reread(): Promise<void> {
    this.#needsReload = true;
    await this.settle();
    this.#writing = Promise.resolve();
    this.#set.clear();
    this.#hasGathered = false;
    this.#parked = undefined;
    this.#written = this.#from;
    this.#position = this.#from;
    this.#event = undefined;
    this.#recordedAt = undefined;
    this.#read = undefined;
    const checkpoint = await this.documents.checkpoint(this.collection);
    const mark = await this.documents.mark(this.collection);
    this.#written = checkpoint ?? this.#from;
    if (checkpoint === undefined) this.#read = 0;
    else if (mark?.position === checkpoint) this.#read = mark.read;
    await this.exceptions.load();
    this.#position = this.#written;
    this.#needsReload = false;
    this.#hasWritten = false;
    this.#isCheckpointBehind = false;
    this.#parked = this.exceptions.standsBefore();
  }

  /** If another instance writes the documents: reads their position. */
  async look(): Promise<void> {
    this.#written = (await this.documents.checkpoint(this.collection)) ?? this.#from;
    this.#position = this.#written;
  }

  /** Reads the position if it is unknown because a store has failed. */
  async recover(): Promise<void> {
    if (this.#needsReload) await this.reread();
  }

  /**
   * Folds a batch. Documents and checkpoint are written together; known events change nothing.
   * @returns false if it is back at its checkpoint, from where the events have to be folded again.
   */
  async fold(batch: readonly StoredEvent[]): Promise<boolean> {
    await this.recover();
    const last = batch.at(-1);
    if (this.#parked || last === undefined || last.position <= (this.#position ?? '')) return true;
    // Until the store has taken a write nothing is gathered, so that one that fails is noticed with the next event.
    const isAllowed = this.#hasWritten && last.position > (this.#gathersAfter ?? '');
    const gathers = isAllowed && this.gathers(last);
    if (gathers) this.#hasGathered = true;
    this.#set.keepsSteps = this.pace === 'live' && !this.#hasGathered;
    return this.#unlessRefused(last.position, () => this.#foldBatch(batch, last, gathers));
  }

  /** Whether documents may be gathered at this event. A build gathers in its own way. */
  protected gathers(_: StoredEvent): boolean {
    return false;
  }

  /**
   * What was refused among gathered documents is found by folding the events again, a batch at a time, up to this position.
   * @returns false if that is to be done.
   */
  async #unlessRefused(upTo: Position | undefined, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof DocumentsRefused)) throw error;
      this.#gathersAfter = upTo;
      return false;
    }
  }

  async #foldBatch(batch: readonly StoredEvent[], last: StoredEvent, gathers: boolean): Promise<void> {
    const seen = this.#position ?? '';
    const events = batch.filter(({ type, position }) => this.#handles.has(type) && position > seen);
    try {
      await this.#folding.fold(events, (event) => this.#hasFolded(event));
      this.#hasFolded(last);
    } catch (error) {
      if (!(error instanceof PoisonEvent)) {
        await this.reread();
        throw error;
      }
      this.#parked = parkedBy(error);
    }
    this.#countRead(batch, seen);
    if (events.length === 0 && (this.#written ?? '') === seen && this.#mayPassOver) this.#passOver();
    else if (this.#parked) await this.#flush();
    else if (this.pace === 'build') await this.#parkedIfPoison(() => this.#makeRoom());
    // What is parked is recorded together with the documents up to there.
    else if (gathers && !this.exceptions.isUnsaved) await this.#gather();
    else await this.#flush();
  }

  get #mayPassOver(): boolean {
    return this.pace === 'live' && this.#hasWritten && !this.#parked;
  }

  /** Nothing concerned it: only its checkpoint remains to be written, which would cost as much as documents do. */
  #passOver(): void {
    this.#written = this.#position;
    this.#isCheckpointBehind = true;
  }

  /** Counts those between the two positions. */
  #countRead(batch: readonly StoredEvent[], seen: Position): void {
    if (this.#read === undefined) return;
    const upTo = this.#position ?? '';
    this.#read += batch.filter(({ position }) => position > seen && position <= upTo).length;
  }

  #hasFolded({ position, id, metadata }: StoredEvent): void {
    this.#position = position;
    this.#event = id;
    this.#recordedAt = metadata.recordedAt;
  }

  /**
   * Old events follow each other, as after an outage: most documents change again soon. They are written together, and stay in memory
   * until they are too many.
   */
  async #gather(): Promise<void> {
    const isFull = this.#set.size >= MAX_GATHERED_DOCUMENTS;
    if (!isFull && performance.now() - this.#flushedAt < GATHER_MS) return;
    if (this.#isWriting && this.#set.size < (MAX_GATHERED_DOCUMENTS * 4) / 3) return;
    await this.#parkedIfPoison(async () => {
      await this.#wait();
      if (isFull) this.#set.forget(this.#set.some().filter(({ isChanged }) => !isChanged));
      await this.#writeBehind();
    });
  }

  /** Writes pending documents up to the folded position. Where one is refused among many, it may be back at the checkpoint. */
  async flush(): Promise<void> {
    await this.#unlessRefused(this.#position, () => this.#flush());
  }

  /** Resolves when nothing is being written. */
  async settle(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  async #flush(): Promise<void> {
    await this.#parkedIfPoison(async () => {
      await this.#writeBehind();
      await this.#wait();
    });
    if (this.pace === 'live') this.#set.clear();
  }

  /** Stops before an event whose document cannot be stored. */
  async #parkedIfPoison(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PoisonEvent)) throw error;
      this.#parked ??= parkedBy(error);
    }
  }

  /** For a build: writes everything now and then; if memory is short, writes and evicts a part. */
  async #makeRoom(): Promise<void> {
    if (this.#isWriting && this.#set.size < TOO_MANY_IN_MEMORY) return;
    await this.#wait();
    if (this.#set.size >= MAX_DOCUMENTS_IN_MEMORY || this.#isMemoryShort()) await this.#forgetSome();
    if (performance.now() - this.#flushedAt >= MAX_UNWRITTEN_MS) await this.#writeBehind();
  }

  /** The checkpoint does not move: documents ahead of it are unchanged by the same events again. */
  async #forgetSome(): Promise<void> {
    const some = this.#set.some();
    this.#writing = this.#store(this.#set.take(some), this.#hasGathered);
    await this.#wait();
    this.#set.forget(some);
  }

  /** Hands pending writes to the store, and continues folding meanwhile. */
  async #writeBehind(): Promise<void> {
    await this.#wait();
    try {
      await this.fence();
    } catch (error) {
      await this.reread();
      throw error;
    }
    const writes = this.#set.take();
    const hasGathered = this.#hasGathered;
    this.#hasGathered = false;
    this.#flushedAt = performance.now();
    // Without a change the checkpoint of a build may lag, because repeated events have no effect.
    if (writes.length === 0 && this.pace === 'build') return;
    this.#isWriting = true;
    this.#writing = this.#write(writes, hasGathered, this.#position, this.#mark()).finally(() => {
      this.#isWriting = false;
    });
    // The next wait for it reports a failure.
    this.#writing.catch(() => undefined);
  }

  #mark(): Omit<Mark, 'position'> | undefined {
    return this.#event === undefined ? undefined : { event: this.#event, read: this.#read };
  }

  async #write(
    writes: readonly TakenWrite<D>[],
    hasGathered: boolean,
    upTo: Position | undefined,
    mark: Omit<Mark, 'position'> | undefined,
  ): Promise<void> {
    await this.#store(writes, hasGathered, upTo, mark);
    this.#written = upTo;
    this.#hasWritten = true;
    this.#isCheckpointBehind = false;
  }

  /** Refused documents are parked, or end a build; the others are written anyway. @throws DocumentsRefused for gathered ones. */
  async #store(
    writes: readonly TakenWrite<D>[],
    hasGathered: boolean,
    upTo?: Position,
    mark?: Omit<Mark, 'position'>,
  ): Promise<void> {
    // Parked documents are recorded before the checkpoint passes the event.
    await this.exceptions.save();
    try {
      await this.documents.write(this.collection, writes, upTo, mark);
    } catch (error) {
      if (!(error instanceof DocumentsRefused) || hasGathered) throw error;
      const taken = new Map(writes.map((write) => [write.id, write]));
      for (const refusal of error.refusals) this.#park(refusal, taken.get(refusal.id));
      await this.exceptions.save();
      if (upTo !== undefined) await this.documents.write(this.collection, [], upTo, mark);
    }
  }

  #park({ id, reason }: Refusal, write: TakenWrite<D> | undefined): void {
    if (!write) throw new Error(`${id} was refused and is not among what was written.`);
    const { steps, event } = write;
    // The first event since which it cannot be stored.
    const good = steps.findLastIndex(({ body }) => this.faultOf(id, body) === undefined);
    const fault = steps[good + 1]?.event ?? event;
    const from = steps[0]?.event.position ?? event.position;
    this.exceptions.park(id, fault, reason, { from });
  }

  /** Why a document could not be serialised or stored; undefined if it can, as far as is known here. */
  faultOf(id: string, body: Body<D> | undefined): string | undefined {
    if (!body) return undefined;
    try {
      const bytes = Buffer.byteLength(JSON.stringify(this.#set.document(id, '', body)));
      return bytes <= MAX_DOCUMENT_BYTES ? undefined : `The document has ${bytes} bytes.`;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Writes documents of its collection that were built elsewhere; the checkpoint does not move. */
  async writeDocuments(bodies: readonly (readonly [Position, string, Body<D> | undefined])[]): Promise<void> {
    await this.fence();
    const writes: Write[] = bodies.map(([position, id, body]) => ({
      id,
      position,
      document: body && this.#set.document(id, position, body),
    }));
    await this.documents.write(this.collection, writes);
  }

  /** The documents with these ids, as they are stored. */
  stored(ids: readonly string[]): Promise<Map<string, D>> {
    return this.documents.get<D>(this.collection, ids);
  }

  /** Writes and evicts documents that were loaded for one event. The checkpoint does not move. */
  async #spill(entries: readonly Entry<D>[]): Promise<void> {
    await this.#wait();
    await this.fence();
    await this.#store(this.#set.take(entries), this.#hasGathered);
    this.#set.forget(entries);
  }

  /** Waits for the current write. */
  async #wait(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      await this.reread();
      throw error;
    }
  }

  /** Whether the projection folds events of this type. */
  handles(type: string): boolean {
    return this.#handles.has(type);
  }

  #isMemoryShort(): boolean {
    const before = this.#shortages;
    this.#shortages = this.shortages();
    return this.#shortages > before;
  }
}

const parkedBy = ({ event, message, documentId }: PoisonEvent): Parked => ({
  ...{ position: event.position, event: event.id, type: event.type, reason: message },
  ...(documentId === undefined ? {} : { documentId }),
});
