import { Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Interval } from '@nestjs/schedule';
import { MAX_COUNTED_ENTRIES } from '../../domain/bounds.js';
import type { ChannelName } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import { earliestOf, toMillis } from '../../domain/kernel/instant.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { Clock } from '../ports/clock.js';
import { Metrics, type Reading } from '../ports/metrics.js';
import { ListProjections } from '../read-models/administration/list-projections.js';
import type { AgendaDocument, Lane } from '../read-models/agenda/agenda.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { PROJECTIONS } from '../read-models/all.js';
import { Projections } from '../read-models/engine/projections.js';
import { type BuildStatus } from '../read-models/rebuild/build.js';
import type { ProjectionStatus } from '../read-models/rebuild/projection-statuses.js';

/** How often the stores are asked for the backlog, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** What is due and not done, of one worker. */
export interface DueEntries {
  readonly worker: 'decisions' | 'delivery';
  /** Of deliveries. */
  readonly channel?: ChannelName | undefined;
  /** At most `MAX_COUNTED_ENTRIES` of each lane are counted. */
  readonly count: number;
  readonly oldestDueAt?: Instant | undefined;
}

/** Measures the backlog in the background. */
@Injectable()
export class Backlog {
  readonly #looks = new NonOverlapping(new Logger(Backlog.name), () => this.#look());
  readonly #behindSince = new Map<string, number>();
  #statuses: readonly ProjectionStatus[] = [];
  #due: readonly DueEntries[] = [];

  constructor(
    private readonly queries: QueryBus,
    private readonly agenda: DueAgenda,
    private readonly clock: Clock,
    projections: Projections,
    metrics: Metrics,
  ) {
    metrics.measure('herald_projection_behind_events', () =>
      this.#statuses.flatMap(({ name, behind, share }) =>
        // Of a log that cannot count nothing is said.
        behind === undefined && share !== undefined
          ? []
          : [{ labels: { projection: name }, value: behind ?? 0 }],
      ),
    );
    metrics.measure('herald_projection_behind_seconds', () =>
      this.#statuses.map(({ name }) => ({ labels: { projection: name }, value: this.#behindFor(name) })),
    );
    metrics.measure('herald_parked_documents', () =>
      this.#statuses.map(({ name, parkedDocuments }) => ({
        labels: { projection: name },
        value: parkedDocuments.count,
      })),
    );
    metrics.measure('herald_rebuilds', () => this.#rebuilds());
    metrics.measure('herald_leases_held', () => [
      { value: PROJECTIONS.filter(({ name }) => projections.isWriting(name)).length },
    ]);
    metrics.measure('herald_due_entries', () => [{ value: this.#dueCount() }]);
    metrics.measure('herald_due_oldest_seconds', () => [{ value: this.#oldestDueFor() }]);
  }

  /** What was due at the last look, of each worker that has something to do. */
  get due(): readonly DueEntries[] {
    return this.#due;
  }

  /** The projections as they were at the last look. */
  get projections(): readonly ProjectionStatus[] {
    return this.#statuses;
  }

  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  async #look(): Promise<void> {
    this.#statuses = await this.queries.execute(new ListProjections());
    const now = performance.now();
    for (const { name, share = 1 } of this.#statuses)
      if (share === 1) this.#behindSince.delete(name);
      else if (!this.#behindSince.has(name)) this.#behindSince.set(name, now);
    await this.#lookAtDue();
  }

  async #lookAtDue(): Promise<void> {
    const now = this.clock.now();
    const lanes = await Promise.all(
      LANES.map((lane) => this.agenda.due(lane, now, MAX_COUNTED_ENTRIES, () => true)),
    );
    this.#due = dueByWorker(lanes.flat());
  }

  #dueCount(): number {
    return Math.min(
      MAX_COUNTED_ENTRIES,
      this.#due.reduce((sum, { count }) => sum + count, 0),
    );
  }

  #oldestDueFor(): number {
    const since = earliestOf(...this.#due.map(({ oldestDueAt }) => oldestDueAt));
    return since === undefined ? 0 : Math.max(0, toMillis(this.clock.now()) - toMillis(since)) / 1_000;
  }

  #behindFor(name: string): number {
    const since = this.#behindSince.get(name);
    return since === undefined ? 0 : (performance.now() - since) / 1_000;
  }

  #rebuilds(): readonly Reading[] {
    const count = (status: BuildStatus) =>
      this.#statuses.filter(({ build }) => build?.status === status).length;
    return STATUSES.map((status) => ({ labels: { status }, value: count(status) }));
  }
}

const dueByWorker = (documents: readonly AgendaDocument[]): readonly DueEntries[] => {
  const found = new Map<string, DueEntries>();
  for (const { lane, dueAt, ...document } of documents) {
    const isDelivery = lane === 'delivery' || lane === 'interactive-delivery';
    const worker = isDelivery ? 'delivery' : 'decisions';
    const channel = isDelivery && document.kind === 'delivery' ? document.channel : undefined;
    const key = `${worker} ${channel}`;
    const { count = 0, oldestDueAt } = found.get(key) ?? {};
    found.set(key, { worker, channel, count: count + 1, oldestDueAt: earliestOf(oldestDueAt, dueAt) });
  }
  return [...found.values()];
};

const LANES = [
  'interactive-decision',
  'decision',
  'interactive-delivery',
  'delivery',
] as const satisfies readonly Lane[];

const STATUSES = [
  'building',
  'following',
  'paused',
  'failed',
  'swapped',
  'cancelled',
] as const satisfies readonly BuildStatus[];
