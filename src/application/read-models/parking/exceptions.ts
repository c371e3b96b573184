import { MAX_PARKED_DOCUMENTS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import { type ParkedDocument, type ParkedDocuments, WHOLE_BUILD } from './parked-documents.js';
import type { SkippedEvents, Skips } from './skipped-events.js';

/** An event that could not be folded. */
export type Offender = Pick<StoredEvent, 'id' | 'type' | 'position'>;

/** An event that a projection cannot fold. */
export class PoisonEvent extends HeraldError {
  constructor(
    readonly event: Offender,
    cause: unknown,
    readonly documentId?: string,
  ) {
    super('poison-event', messageOf(cause));
  }
}

/** The unit that is parked if the affected documents cannot be determined. */
export const streamUnit = ({ stream }: Pick<StoredEvent, 'stream'>): string => `stream:${stream}`;

/** Whether it stands for the events of a stream. */
export const isStreamUnit = (documentId: string): boolean => documentId.startsWith('stream:');

/** The handling of events that cannot be folded. */
export interface Exceptions {
  /** Reads the recorded state. */
  load(): Promise<void>;
  /** Whether the event is skipped for this document. */
  isSkipped(documentId: string, event: Pick<StoredEvent, 'id'>): boolean;
  isParked(documentId: string): boolean;
  /**
   * Parks a document that an event cannot be folded into.
   * @param from the first event that is missing in the document. Default: the event itself.
   * @throws PoisonEvent if folding must stop instead.
   */
  park(documentId: string, event: Offender, cause: unknown, more?: ParkingDetails): void;
  /** Counts an event that concerns a parked document. */
  wait(documentId: string, event: Offender): void;
  /** Records changes. Call it before the checkpoint moves. */
  save(): Promise<void>;
  /** Whether there are changes that are not recorded. */
  readonly isUnsaved: boolean;
  /** The event before which all documents have stopped, if that is recorded. */
  standsBefore(): Parked | undefined;
}

export interface ParkingDetails {
  readonly from?: Position;
  readonly waitsFor?: string;
}

const NO_SKIPS: Skips = { has: () => false };

/** A rebuild stops at the first event that it cannot fold, unless the event is skipped on record. */
export class StopAtFirst implements Exceptions {
  #skips: Skips = NO_SKIPS;

  /** @param skips the record of skipped events. Default: none are skipped. */
  constructor(
    private readonly projection: string,
    private readonly skips?: SkippedEvents,
  ) {}

  async load(): Promise<void> {
    this.#skips = (await this.skips?.of(this.projection)) ?? NO_SKIPS;
  }

  isSkipped(documentId: string, { id }: Pick<StoredEvent, 'id'>): boolean {
    return this.#skips.has(documentId, id);
  }

  isParked(): boolean {
    return false;
  }

  park(documentId: string, event: Offender, cause: unknown): void {
    throw new PoisonEvent(event, cause, documentId);
  }

  wait(): void {
    // Nothing is parked.
  }

  async save(): Promise<void> {
    // Nothing is parked.
  }

  readonly isUnsaved = false;

  standsBefore(): undefined {
    return undefined;
  }
}

/** The maximum length of a recorded reason, in characters. */
const REASON_LENGTH = 500;

const shortened = (reason: string): string =>
  reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`;

interface ParkingOptions {
  readonly projection: string;
  readonly build: string;
  readonly parked: ParkedDocuments;
  readonly skips: SkippedEvents;
  readonly now: () => Instant;
  /** Called once for each document that is parked. */
  readonly onParked: (parked: ParkedDocument) => void;
}

/** Parks live documents one by one, while all others continue. */
export class Parking implements Exceptions {
  #skips: Skips = NO_SKIPS;
  #parked = new Map<string, ParkedDocument>();
  readonly #changed = new Set<string>();

  constructor(private readonly options: ParkingOptions) {}

  /** The parked documents. */
  get all(): readonly ParkedDocument[] {
    return [...this.#parked.values()];
  }

  standsBefore(): Parked | undefined {
    const whole = this.#parked.get(WHOLE_BUILD);
    return whole && { position: whole.position, event: whole.event, type: whole.type, reason: whole.reason };
  }

  /** Reads the skipped events again. */
  async loadSkips(): Promise<void> {
    this.#skips = await this.options.skips.of(this.options.projection);
  }

  /** The parked documents among these, and the parked ones that depend on them. */
  withDependents(documentIds: readonly string[]): readonly string[] {
    const ids = new Set(documentIds);
    for (let before = -1; before < ids.size; ) {
      before = ids.size;
      for (const { documentId, waitsFor } of this.#parked.values())
        if (waitsFor !== undefined && ids.has(waitsFor)) ids.add(documentId);
    }
    return [...ids].filter((id) => this.#parked.has(id) && id !== WHOLE_BUILD && !isStreamUnit(id));
  }

  /** Parks a document again that was retried in vain, or has stopped before a later event. */
  repark(
    documentId: string,
    event: Offender | undefined,
    { reason, waitsFor }: { readonly reason: string; readonly waitsFor?: string },
    waiting: number,
  ): void {
    const known = this.#parked.get(documentId);
    if (!known) return;
    const at = event
      ? { event: event.id, type: event.type, position: event.position, from: event.position }
      : {};
    this.#set({ ...known, ...at, reason: shortened(reason), waitsFor, waiting });
  }

  get(documentId: string): ParkedDocument | undefined {
    return this.#parked.get(documentId);
  }

  async load(): Promise<void> {
    const { parked, skips, projection, build } = this.options;
    const [all, skipped] = [await parked.of(build), await skips.of(projection)];
    this.#changed.clear();
    this.#parked = new Map(all.map((one) => [one.documentId, one]));
    this.#skips = skipped;
  }

  isSkipped(documentId: string, { id }: Pick<StoredEvent, 'id'>): boolean {
    return this.#skips.has(documentId, id);
  }

  isParked(documentId: string): boolean {
    return this.#parked.has(documentId);
  }

  park(documentId: string, event: Offender, cause: unknown, { from, waitsFor }: ParkingDetails = {}): void {
    const known = this.#parked.get(documentId);
    if (!known && this.#parked.size >= MAX_PARKED_DOCUMENTS && documentId !== WHOLE_BUILD)
      throw new PoisonEvent(event, cause, documentId);
    const { projection, build, now, onParked } = this.options;
    const parked: ParkedDocument = {
      ...{ projection, build, documentId, waitsFor },
      ...{ event: event.id, type: event.type, position: event.position, reason: shortened(messageOf(cause)) },
      ...{ parkedAt: known?.parkedAt ?? now(), waiting: known?.waiting ?? 0 },
      ...{ from: from ?? event.position, upTo: known?.upTo ?? event.position },
    };
    this.#set(parked);
    if (!known) onParked(parked);
  }

  wait(documentId: string, { position }: Offender): void {
    const known = this.#parked.get(documentId);
    // The same events may be redelivered.
    if (known && known.upTo < position) this.#set({ ...known, waiting: known.waiting + 1, upTo: position });
  }

  async save(): Promise<void> {
    const changed = [...this.#changed].flatMap((id) => this.#parked.get(id) ?? []);
    if (changed.length === 0) return;
    await this.options.parked.save(changed);
    // What has changed meanwhile is saved the next time.
    for (const saved of changed)
      if (this.#parked.get(saved.documentId) === saved) this.#changed.delete(saved.documentId);
  }

  get isUnsaved(): boolean {
    return this.#changed.size > 0;
  }

  /** Removes these from the parked documents. */
  async unpark(documentIds: readonly string[]): Promise<void> {
    await this.options.parked.remove(this.options.build, documentIds);
    for (const id of documentIds) {
      this.#parked.delete(id);
      this.#changed.delete(id);
    }
  }

  #set(parked: ParkedDocument): void {
    this.#parked.set(parked.documentId, parked);
    this.#changed.add(parked.documentId);
  }
}
