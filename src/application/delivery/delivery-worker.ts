import { LRUCache } from 'lru-cache';
import {
  MAX_ATTEMPT_MS,
  MAX_COMMITTED_DELIVERIES,
  MAX_RAISED_IN_MEMORY,
  MAX_WATCHED_ATTEMPTS,
} from '../../domain/bounds.js';
import type { ChannelName } from '../../domain/channels/address.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { partsOf } from '../aggregates/streams.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { shuffled } from '../concurrency/shuffled.js';
import { Worker } from '../concurrency/worker.js';
import { WorkerLoop } from '../concurrency/worker-loop.js';
import type { PartHealth } from '../health/health.js';
import type { Channel } from '../ports/channel.js';
import { Clock } from '../ports/clock.js';
import type { StoredEvent } from '../ports/event-store.js';
import { type AgendaDocument, agenda, type Lane } from '../read-models/agenda/agenda.js';
import {
  DELIVERY_EVENTS,
  type DeliveryLane,
  type DeliveryPlan,
} from '../read-models/agenda/agenda-delivery.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { Projections } from '../read-models/engine/projections.js';
import { Delivery } from './delivery.js';
import { SendingHold } from './sending-hold.js';

const LANES = ['interactive-delivery', 'delivery'] as const satisfies readonly Lane[];

const isDeliveryEvent = (type: string): boolean => (DELIVERY_EVENTS as readonly string[]).includes(type);

/** A mail that is due: from the agenda, or just raised here. */
type Due = Pick<DeliveryPlan, 'id' | 'notificationId' | 'recipient' | 'state'>;

/** A notification that was raised, and not attempted yet. */
const RAISED: NotificationState = { ...Notification.initialState, phase: 'waiting' };

/** Beside each mail that is sent another is made ready. After a crash the outcome of at most that many is unknown. */
const READY_PER_CONNECTION = 1;

/** In a surge the mails that the agenda holds, retries among them, have their turn so often, in milliseconds. */
const MAX_UNASKED_MS = 1_000;

/** Sends the messages of one channel that are due, several at once, and of one recipient one at a time: a recipient that hangs delays nobody else. */
export class DeliveryWorker extends Worker<Due> {
  protected readonly loop: WorkerLoop<Due>;
  /** Mails that this instance has just raised: it need not wait until the agenda holds them. */
  readonly #raised: Readonly<Record<DeliveryLane, Due[]>> = {
    'interactive-delivery': [],
    delivery: [],
  };
  /** Ends the wait for the agenda that is under way. */
  #waiting: AbortController | undefined;
  /** When the agenda was last asked for mails in bulk, by the monotonic clock. */
  #askedAt = 0;
  /** By notification: the last event of its delivery that was committed. An agenda that does not hold it yet is behind. */
  readonly #committed = new LRUCache<string, string>({ max: MAX_COMMITTED_DELIVERIES });
  /** Attempts whose time is over, by id: since when this instance has watched them, by the monotonic clock. */
  readonly #watched = new LRUCache<string, { readonly position: string; readonly since: number }>({
    max: MAX_WATCHED_ATTEMPTS,
  });

  /** @param isMine whether messages of a channel are sent by this worker. */
  constructor(
    channel: Channel,
    private readonly isMine: (channel: ChannelName | undefined) => boolean,
    private readonly projections: Projections,
    private readonly dueAgenda: DueAgenda,
    private readonly delivery: Delivery,
    private readonly clock: Clock,
    private readonly hold: SendingHold,
    private readonly guard: ClockGuard,
    aggregates: Aggregates,
  ) {
    super('delivery', 'mails could not be attempted and are tried again');
    this.loop = new WorkerLoop<Due>({
      concurrency: channel.concurrency * (1 + READY_PER_CONNECTION),
      queues: LANES.map((lane) => (limit, isWanted) => this.#due(lane, limit, isWanted)),
      work: ({ notificationId }) => this.delivery.deliver(notificationId, this.closing),
      versionOf: ({ state }) => `${state.attempts} ${state.phase}`,
      groupOf: ({ recipient }) => recipient?.toLowerCase(),
      monotonicMs: () => clock.monotonicMs(),
      ...this.reports,
    });
    aggregates.appended.subscribe((events) => {
      for (const event of events) if (event.type === 'NotificationRaised') this.#offer(event);
    });
  }

  /** What was committed, by whichever instance: mails that another has just attempted are not looked at. */
  noteCommitted(events: readonly StoredEvent[]): void {
    for (const { type, stream, position } of events)
      if (isDeliveryEvent(type)) this.#committed.set(partsOf(stream).id, position);
  }

  /** Looks again also for what was passed over while sending was held. */
  resume(): void {
    this.loop.forgetTries();
  }

  override close(): Promise<void> {
    this.#waiting?.abort();
    return super.close();
  }

  override health(): readonly PartHealth[] {
    const { unrecorded } = this.delivery;
    if (unrecorded > 0) {
      const says = `${unrecorded} results of mails are not on record yet, because the event store does not take them; they are tried again until it does. Look at the event store.`;
      return [{ part: 'delivery', status: 'degraded', says }];
    }
    return super.health();
  }

  #offer({ stream, data }: AppendedEvent): void {
    const { id: notificationId } = partsOf(stream);
    const { recipient, requestId } = data as unknown as Decision;
    if (!this.isMine(recipient.address.channel)) return;
    const waiting = this.#raised[requestId === undefined ? 'delivery' : 'interactive-delivery'];
    // Beyond the bound the agenda offers them.
    if (waiting.length >= MAX_RAISED_IN_MEMORY) return;
    waiting.push({
      id: `delivery:${notificationId}`,
      notificationId,
      recipient: recipient.address.value,
      state: RAISED,
    });
    const mayGoFirst = this.clock.monotonicMs() - this.#askedAt < MAX_UNASKED_MS;
    if (requestId === undefined && mayGoFirst) this.#waiting?.abort('raised');
    this.wake();
  }

  /** Waits for the agenda. @returns false once a mail was raised instead: that one has to wait for nothing. */
  async #agendaIsCurrent(): Promise<boolean> {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    try {
      await this.projections.caughtUpUnlessAborted(agenda.name, signal);
    } finally {
      this.#waiting = undefined;
    }
    if (signal.aborted && !this.closing.aborted) return false;
    this.#askedAt = this.clock.monotonicMs();
    return true;
  }

  async #due(lane: DeliveryLane, limit: number, isWanted: (mail: Due) => boolean): Promise<readonly Due[]> {
    if (this.hold.isHeld || !this.guard.isTrusted()) return [];
    const raised = this.#raised[lane].splice(0, limit).filter(isWanted);
    if (raised.length > 0) return raised;
    // What goes in bulk never runs ahead of the agenda: an agenda that is behind offers what others have done.
    if (lane === 'delivery' && !(await this.#agendaIsCurrent())) return this.#due(lane, limit, isWanted);
    const wanted = (document: AgendaDocument) =>
      document.kind === 'delivery' &&
      this.isMine(document.channel) &&
      document.position >= (this.#committed.get(document.notificationId) ?? '') &&
      isWanted(document) &&
      !this.#mayBeUnderWay(document);
    const due = (await this.dueAgenda.due(lane, this.clock.now(), limit, wanted)) as readonly DeliveryPlan[];
    // Beside another instance: begin elsewhere, or both would attempt the same mail, and one in vain.
    return this.projections.isWriting(agenda.name) ? due : shuffled(due);
  }

  /**
   * An attempt of another instance is lost only once this one has watched it for as long as an attempt can take: the clocks of two
   * instances are not compared.
   */
  #mayBeUnderWay({ id, position, state }: DeliveryPlan): boolean {
    if (state.phase !== 'sending') return false;
    const now = this.clock.monotonicMs();
    const watched = this.#watched.peek(id);
    if (watched?.position === position && now - watched.since >= MAX_ATTEMPT_MS) {
      this.#watched.delete(id);
      return false;
    }
    if (watched?.position !== position) this.#watched.set(id, { position, since: now });
    return true;
  }
}
