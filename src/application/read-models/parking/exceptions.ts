import { MAX_PARKED_DOCUMENTS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Parked } from '../../ports/projection.js';
import { type ParkedDocument, type ParkedDocuments, WHOLE_BUILD } from './parked-documents.js';
import type { SkippedEvents, Skips } from './skipped-events.js';

/** What is known of an event that could not be folded. */
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

/** The unit that parks where it cannot be said which documents an event concerns. */
export const streamUnit = ({ stream }: Pick<StoredEvent, 'stream'>): string => `stream:${stream}`;

/** Whether it stands for the events of a stream. */
export const isStreamUnit = (documentId: string): boolean => documentId.startsWith('stream:');

/** What becomes of events that cannot be folded. */
export interface Exceptions {
  /** Reads what is on record. */
  load(): Promise<void>;
  /** Whether the event is passed over for this document. */
  isSkipped(documentId: string, event: Pick<StoredEvent, 'id'>): boolean;
  isParked(documentId: string): boolean;
  /**
   * Parks a document that an event cannot be folded into.
   * @param from the first event that is not in the document. Default: the event itself.
   * @throws PoisonEvent where folding has to stop instead.
   */
  park(documentId: string, event: Offender, cause: unknown, more?: ParkingDetails): void;
  /** Counts an event that concerns a parked document. */
  wait(documentId: string, event: Offender): void;
  /** Records what has changed. Before the checkpoint moves. */
  save(): Promise<void>;
  /** The event that all documents stand still before, if that is on record. */
  standsBefore(): Parked | undefined;
}

export interface ParkingDetails {
  readonly from?: Position;
  readonly waitsFor?: string;
}

const NO_SKIPS: Skips = { has: () => false };

/** A rebuild stops at the first event that it cannot fold, unless that is skipped on record. */
export class StopAtFirst implements Exceptions {
  #skips: Skips = NO_SKIPS;

  /** @param skips where skipped events are recorded. Default: none are skipped. */
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

  standsBefore(): undefined {
    return undefined;
  }
}

/** The longest reason that is kept, in characters. */
const REASON_LENGTH = 500;

const shortened = (reason: string): string =>
  reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`;

interface ParkingOptions {
  readonly projection: string;
  readonly build: string;
  readonly parked: ParkedDocuments;
  readonly skips: SkippedEvents;
  readonly now: () => Instant;
  /** Called once for each document that parks. */
  readonly onParked: (parked: ParkedDocument) => void;
}

/** Live documents park one by one, and all others go on. */
export class Parking implements Exceptions {
  #skips: Skips = NO_SKIPS;
  #parked = new Map<string, ParkedDocument>();
  readonly #changed = new Set<string>();

  constructor(private readonly options: ParkingOptions) {}

  /** Those that are parked. */
  get all(): readonly ParkedDocument[] {
    return [...this.#parked.values()];
  }

  standsBefore(): Parked | undefined {
    const whole = this.#parked.get(WHOLE_BUILD);
    return whole && { position: whole.position, event: whole.event, type: whole.type, reason: whole.reason };
  }

  /** Reads again which events are skipped. */
  async loadSkips(): Promise<void> {
    this.#skips = await this.options.skips.of(this.options.projection);
  }

  /** Those of these documents that are parked, and the parked ones that wait for them. */
  withDependents(documentIds: readonly string[]): readonly string[] {
    const ids = new Set(documentIds);
    for (let before = -1; before < ids.size; ) {
      before = ids.size;
      for (const { documentId, waitsFor } of this.#parked.values())
        if (waitsFor !== undefined && ids.has(waitsFor)) ids.add(documentId);
    }
    return [...ids].filter((id) => this.#parked.has(id) && id !== WHOLE_BUILD && !isStreamUnit(id));
  }

  /** A document that was retried in vain, or got further and stands still before another event. */
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
    // The same events may come again.
    if (known && known.upTo < position) this.#set({ ...known, waiting: known.waiting + 1, upTo: position });
  }

  async save(): Promise<void> {
    const changed = [...this.#changed].flatMap((id) => this.#parked.get(id) ?? []);
    if (changed.length === 0) return;
    await this.options.parked.save(changed);
    this.#changed.clear();
  }

  /** These are not parked any more. */
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
