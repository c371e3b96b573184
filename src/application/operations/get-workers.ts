import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ChannelName } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import { ClockGuard } from '../clock/clock-guard.js';
import type { LoopActivity } from '../concurrency/worker-loop.js';
import { DecisionWorker } from '../decisions/decision-worker.js';
import type { Circuit } from '../delivery/circuit-breaker.js';
import { DeliveryWorkers } from '../delivery/delivery-workers.js';
import { SendingHold } from '../delivery/sending-hold.js';
import { type LeaseStatus, Leases } from '../leases/leases.js';
import { Clock } from '../ports/clock.js';
import { InstanceIdentity } from '../ports/instance-identity.js';
import { Projections } from '../read-models/engine/projections.js';
import { Backlog } from './backlog.js';

/**
 * `clock-in-doubt`: it waits until the clock is believed. `held`: an operator, or a restored log, holds sending. `relay-fails`: it
 * tries one message from time to time.
 */
export const WORKER_STATES = ['idle', 'working', 'clock-in-doubt', 'held', 'relay-fails'] as const;

type WorkerState = (typeof WORKER_STATES)[number];

/** A worker of this instance. */
export interface WorkerStatus extends LoopActivity {
  readonly worker: 'decisions' | 'delivery';
  /** Of a worker of deliveries. */
  readonly channel?: ChannelName;
  readonly state: WorkerState;
  /** What is due and not done, over all instances; at most 500 of each lane are counted. */
  readonly backlog: number;
  readonly oldestDueAt?: Instant | undefined;
}

/** The writer of a read model. */
export interface WriterStatus {
  readonly projection: string;
  /** Whether this instance writes its documents; exactly one instance does. */
  readonly writes: boolean;
  /**
   * Events of the log that are not in its documents yet; absent while these are of an older version, and where the log cannot count
   * them.
   */
  readonly behind?: number | undefined;
  /** How much of the log is in its documents, from 0 to 1, which is all; absent while these are of an older version. */
  readonly share?: number | undefined;
  readonly parked: number;
}

/** A channel: whether its relay works, and the senders whose mails are held. */
export interface ChannelStatus {
  readonly channel: ChannelName;
  readonly relay: Circuit;
  readonly heldSenders: readonly (Circuit & { readonly sender: string })[];
}

/** What this instance does at the moment. */
export interface WorkersStatus {
  readonly now: Instant;
  /** Where it runs. */
  readonly instance: string;
  readonly workers: readonly WorkerStatus[];
  readonly readModels: readonly WriterStatus[];
  readonly leases: readonly LeaseStatus[];
  readonly channels: readonly ChannelStatus[];
}

/** The workers of this instance, its leases, and its circuit breakers. */
export class GetWorkers extends Query<WorkersStatus> {}

@QueryHandler(GetWorkers)
export class GetWorkersHandler implements IQueryHandler<GetWorkers> {
  constructor(
    private readonly decisions: DecisionWorker,
    private readonly deliveries: DeliveryWorkers,
    private readonly hold: SendingHold,
    private readonly guard: ClockGuard,
    private readonly backlog: Backlog,
    private readonly projections: Projections,
    private readonly leases: Leases,
    private readonly instance: InstanceIdentity,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<WorkersStatus> {
    const [leases] = await Promise.all([this.leases.all(), this.backlog.look()]);
    return {
      now: this.clock.now(),
      instance: this.instance.described(this.instance.id),
      workers: [this.#decisions(), ...this.#deliveries()],
      readModels: this.backlog.projections.map(({ name, behind, share, parkedDocuments }) => ({
        ...{ projection: name, writes: this.projections.isWriting(name) },
        ...{ behind, share, parked: parkedDocuments.count },
      })),
      leases,
      channels: this.deliveries.gates.map(({ channel, relay, heldCircuits }) => ({
        ...{ channel, relay, heldSenders: heldCircuits },
      })),
    };
  }

  #decisions(): WorkerStatus {
    const { activity } = this.decisions;
    const state = this.guard.isTrusted() ? stateOf(activity) : 'clock-in-doubt';
    const due = this.backlog.due.find(({ worker }) => worker === 'decisions');
    return {
      ...{ worker: 'decisions', state, ...activity },
      ...{ backlog: due?.count ?? 0, oldestDueAt: due?.oldestDueAt },
    };
  }

  #deliveries(): readonly WorkerStatus[] {
    const due = this.backlog.due.filter(({ worker }) => worker === 'delivery');
    return this.deliveries.activities.map(({ gate: { channel, outage }, activity }, index) => {
      // The first one also takes what names no channel.
      const mine = due.filter((one) => one.channel === channel || (index === 0 && one.channel === undefined));
      return {
        ...{ worker: 'delivery', channel, state: this.#sendingState(outage !== undefined, activity) },
        ...activity,
        backlog: mine.reduce((sum, { count }) => sum + count, 0),
        oldestDueAt: mine.map(({ oldestDueAt }) => oldestDueAt).sort()[0],
      };
    });
  }

  #sendingState(hasFailed: boolean, activity: LoopActivity): WorkerState {
    if (this.hold.isHeld) return 'held';
    if (!this.guard.isTrusted()) return 'clock-in-doubt';
    return hasFailed ? 'relay-fails' : stateOf(activity);
  }
}

const stateOf = ({ inFlight }: LoopActivity): WorkerState => (inFlight > 0 ? 'working' : 'idle');
