import { Injectable, Logger } from '@nestjs/common';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { Clock } from '../../ports/clock.js';
import { PROJECTIONS, projectionNamed } from '../all.js';
import { Projections } from '../engine/projections.js';
import { isStreamUnit } from '../parking/exceptions.js';
import type { ParkedDocument } from '../parking/parked-documents.js';
import { type SkippedEvent, SkippedEvents } from '../parking/skipped-events.js';
import { Builds } from './builds.js';
import { Rebuilds } from './rebuilds.js';

/** One page of parked documents. */
export interface ParkedPage {
  readonly items: readonly ParkedDocument[];
  /** The cursor to the next page; undefined on the last. */
  readonly next?: string | undefined;
}

/** What became of a parked document. */
export interface ParkedResult {
  /** `folded`: all its events are in it. `parked`: it stands still, maybe before another event. `rebuilding`: a replay was begun. */
  readonly status: 'folded' | 'parked' | 'rebuilding';
  readonly parked?: ParkedDocument | undefined;
}

const cursorOf = ({ projection, documentId }: ParkedDocument): string => `${projection}/${documentId}`;

/** Lists parked documents, retries them, and skips the events that keep them. */
@Injectable()
export class ParkedAdministration {
  readonly #log = new Logger(ParkedAdministration.name);

  constructor(
    private readonly projections: Projections,
    private readonly skippedEvents: SkippedEvents,
    private readonly replays: Rebuilds,
    private readonly builds: Builds,
    private readonly clock: Clock,
  ) {}

  /** Those of one projection, or of all, ordered by projection and document. @throws HeraldError `not-found`. */
  list(limit: number, after?: string, projection?: string): ParkedPage {
    const names =
      projection === undefined ? PROJECTIONS.map(({ name }) => name) : [projectionNamed(projection).name];
    const all = names
      .flatMap((name) => this.projections.parked(name))
      .map((parked) => ({ parked, cursor: cursorOf(parked) }))
      .filter(({ cursor }) => after === undefined || cursor > after)
      .sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
    const page = all.slice(0, limit);
    return {
      items: page.map(({ parked }) => parked),
      next: all.length > limit ? page.at(-1)?.cursor : undefined,
    };
  }

  /** All events that are skipped. */
  async skipped(): Promise<readonly SkippedEvent[]> {
    const lists = await Promise.all(PROJECTIONS.map(({ name }) => this.skippedEvents.list(name)));
    return lists.flat();
  }

  /** Folds the document anew. @throws HeraldError `not-found`. */
  async retry(projection: string, documentId: string): Promise<ParkedResult> {
    this.#expect(projection, documentId);
    return this.#retry(projection, documentId);
  }

  /**
   * Passes over the event that the document stands still before, on record, and folds what came after it.
   * @throws HeraldError `not-found`, `too-many-skipped-events`.
   */
  async skip(projection: string, documentId: string, reason: string, by: string): Promise<ParkedResult> {
    const parked = this.#parked(projection, documentId);
    const { event, type, position, reason: failure } = parked ?? this.#failed(projection, documentId);
    const at = this.clock.now();
    await this.skippedEvents.add({ projection, documentId, event, type, position, failure, reason, by, at });
    this.#log.warn(
      `${projection} skips ${type} ${event} at ${position} for ${documentId}, as somebody has asked.`,
    );
    // What stopped a rebuild goes on when that is resumed.
    return parked ? this.#retry(projection, documentId) : { status: 'folded' };
  }

  async #retry(projection: string, documentId: string): Promise<ParkedResult> {
    if (isStreamUnit(documentId)) {
      // Which documents its events concern is known only to a rebuild.
      await this.replays.startToSwap(projection);
      return { status: 'rebuilding' };
    }
    await this.projections.retry(projection, [documentId]);
    const parked = this.#parked(projection, documentId);
    return parked ? { status: 'parked', parked } : { status: 'folded' };
  }

  #parked(projection: string, documentId: string): ParkedDocument | undefined {
    const parked = this.projections.parked(projectionNamed(projection).name);
    return parked.find((one) => one.documentId === documentId);
  }

  #expect(projection: string, documentId: string): ParkedDocument {
    const parked = this.#parked(projection, documentId);
    if (parked) return parked;
    throw new HeraldError(
      'not-found',
      `No document ${documentId} of ${projection} is parked: GET /v1/parked lists those that are.`,
    );
  }

  /** The event that the latest rebuild stands still before. */
  #failed(projection: string, documentId: string) {
    const build = this.builds.latest(projection);
    const failure = build?.status === 'failed' ? build.failure : undefined;
    if (!failure || failure.documentId !== documentId) return this.#expect(projection, documentId);
    return { ...failure, type: failure.type ?? 'an event' };
  }
}
