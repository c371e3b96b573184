import {
  MAX_ATTEMPT_MS,
  MAX_COMMITTED_DELIVERIES,
  MAX_RAISED_IN_MEMORY,
  MAX_REFUSED_DOMAINS_IN_A_ROW,
  MAX_WATCHED_ATTEMPTS,
} from '../../domain/bounds.js';
import type { ChannelName } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import { plus } from '../../domain/kernel/instant.js';
import { withoutStop } from '../../domain/kernel/text.js';
import type { Decision, RaisedContent } from '../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { isUrgent } from '../../domain/notification/urgent.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { partsOf } from '../aggregates/streams.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { shuffled } from '../concurrency/shuffled.js';
import { Worker } from '../concurrency/worker.js';
import { WorkerLoop } from '../concurrency/worker-loop.js';
import type { PartHealth } from '../health/health.js';
import type { Channel, SendResult } from '../ports/channel.js';
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
import type { Outage } from './circuit-breaker.js';
import { Delivery } from './delivery.js';
import { DeliveryGate, type GateEffect, withoutAddresses } from './delivery-gate.js';
import { SendingHold } from './sending-hold.js';

const LANES = ['interactive-delivery', 'delivery'] as const satisfies readonly Lane[];

const isDeliveryEvent = (type: string): boolean => (DELIVERY_EVENTS as readonly string[]).includes(type);

/** What a mail server does that answers and fails all the same, and how to find the mails that met it. */
const FAILS = {
  unconfirmed: 'The mail server has confirmed no mail, and the last ones are in doubt (herald unknown list),',
  refused: `The mail server has refused recipients at ${MAX_REFUSED_DOMAINS_IN_A_ROW} domains in a row and accepted nobody, and their mails are rejected (herald history --outcome rejected),`,
} as const;

/** What a server said, with the full stop that many replies lack. */
const quoted = (says: string): string => `${withoutStop(withoutAddresses(says))}.`;

/** A mail that is due: from the agenda, or just raised here. */
type Due = Pick<DeliveryPlan, 'id' | 'notificationId' | 'recipient' | 'sender' | 'state'>;

/** A notification that was raised, and not attempted yet. */
const RAISED: NotificationState = { ...Notification.initialState, phase: 'waiting' };

/** Beside each mail that is sent another is made ready. */
const READY_PER_CONNECTION = 1;

/** How often, in milliseconds, the agenda is looked through while the relay fails. */
const LOOK_IN_OUTAGE_MS = 60_000;

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
  readonly #gate: DeliveryGate;
  /** While the relay fails: when a lane was last looked through, and how many of its mails were due. */
  readonly #waiting: Partial<Record<Lane, { readonly lookedAt: Instant; readonly count: number }>> = {};
  /** Ends the wait for the agenda that is under way. */
  #agendaWait: AbortController | undefined;
  /** When the agenda was last asked for mails in bulk, by the monotonic clock. */
  #askedAt = 0;
  /** By notification: the last event of its delivery that was committed. An agenda that does not hold it yet is behind. */
  readonly #committed = boundedCache<string>(MAX_COMMITTED_DELIVERIES);
  /** Attempts whose time is over, by id: since when this instance has watched them, by the monotonic clock. */
  readonly #watched = boundedCache<{ readonly position: string; readonly since: number }>(
    MAX_WATCHED_ATTEMPTS,
  );

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
    this.#gate = new DeliveryGate(channel.name, clock);
    this.loop = new WorkerLoop<Due>({
      concurrency: () => channel.concurrency * (1 + READY_PER_CONNECTION),
      queues: LANES.map((lane) => (limit, isWanted) => this.#due(lane, limit, isWanted)),
      work: (mail) => this.#work(mail),
      versionOf: ({ state, sender }) =>
        `${state.attempts} ${state.phase} ${this.#gate.generationFor(sender)}`,
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
    this.#agendaWait?.abort();
    return super.close();
  }

  override health(): readonly PartHealth[] {
    const { unrecorded } = this.delivery;
    if (unrecorded > 0) {
      const says = `${unrecorded} results of mails are not on record yet, because the event store does not take them; they are tried again until it does. Look at the event store.`;
      return [{ part: 'delivery', status: 'degraded', says }];
    }
    const outage = this.#gate.outage;
    if (outage) return [{ part: 'delivery', status: 'degraded', says: this.#sayOutage(outage) }];
    const [held, ...more] = this.#gate.heldSenders;
    if (held) {
      const others = more.length === 0 ? '' : ` ${more.length} other senders are held, too.`;
      const says = `Mails of the sender ${held.sender} are held since ${held.since}, because it is refused: ${quoted(held.says)} Mend its set-up (SPF, DKIM, DMARC, permission to send) or configure another sender; Herald tries one mail from time to time.${others}`;
      return [{ part: 'delivery', status: 'degraded', says }];
    }
    return super.health();
  }

  /** Whether the relay fails, and which senders are held. */
  get gate(): DeliveryGate {
    return this.#gate;
  }

  #sayOutage({ since, says }: Outage): string {
    const count = LANES.reduce((sum, lane) => sum + (this.#waiting[lane]?.count ?? 0), 0);
    const waiting = `${count} mails were due a minute ago`;
    const said = `It said: ${quoted(says)}`;
    const { streak } = this.#gate;
    if (streak === undefined)
      return `The mail server has failed since ${since}; ${waiting}, and none is lost. ${said} Check the server and HERALD_MAIL. Herald tries again at least every 5 minutes, and sends what waits.`;
    return `${FAILS[streak]} since ${since}; ${waiting}, and wait. ${said} Check the server and HERALD_MAIL. Herald tries one mail from time to time, at least every hour, and sends what waits once one is accepted.`;
  }

  /** Attempts one mail, unless the relay fails or its sender is held. What needs no attempt is recorded all the same. */
  async #work({ notificationId, sender, recipient, state }: Due): Promise<void> {
    if (state.phase === 'sending' || this.delivery.isOverdue(state))
      return this.delivery.settle(notificationId, this.closing);
    const pass = this.#gate.enter(notificationId, sender, recipient);
    if (!pass) return;
    let result: SendResult | undefined;
    let effect: GateEffect | undefined;
    try {
      result = await this.delivery.deliver(notificationId, this.closing);
    } finally {
      effect = this.#gate.leave(pass, result);
    }
    if (effect === 'closed') this.wake();
    if (effect === 'refused-alone' && result?.outcome === 'not-tried')
      await this.delivery.deferRefused(notificationId, result.reason, this.closing);
    // The relay works for others: this mail is tried again soon.
    if (effect === 'isolated' && result?.outcome === 'not-tried') throw new Error(result.reason);
  }

  #offer({ stream, data }: AppendedEvent): void {
    const { id: notificationId } = partsOf(stream);
    const decision = data as unknown as Decision & RaisedContent;
    const { recipient, from } = decision;
    const isInBulk = !isUrgent(decision);
    // While the relay fails the agenda keeps them, and offers them in order.
    if (!this.isMine(recipient.address.channel) || this.#gate.outage) return;
    const waiting = this.#raised[isInBulk ? 'delivery' : 'interactive-delivery'];
    // Beyond the bound the agenda offers them.
    if (waiting.length >= MAX_RAISED_IN_MEMORY) return;
    waiting.push({
      id: `delivery:${notificationId}`,
      notificationId,
      recipient: recipient.address.value,
      sender: from?.address,
      state: RAISED,
    });
    const mayGoFirst = this.clock.monotonicMs() - this.#askedAt < MAX_UNASKED_MS;
    if (isInBulk && mayGoFirst) this.#agendaWait?.abort('raised');
    this.wake();
  }

  /** Waits for the agenda. @returns false once a mail was raised instead: that one has to wait for nothing. */
  async #agendaIsCurrent(): Promise<boolean> {
    this.#agendaWait = new AbortController();
    const { signal } = this.#agendaWait;
    try {
      await this.projections.caughtUpUnlessAborted(agenda.name, signal);
    } finally {
      this.#agendaWait = undefined;
    }
    if (signal.aborted && !this.closing.aborted) return false;
    this.#askedAt = this.clock.monotonicMs();
    return true;
  }

  async #due(lane: DeliveryLane, limit: number, isWanted: (mail: Due) => boolean): Promise<readonly Due[]> {
    if (this.hold.isHeld || !this.guard.isTrusted()) return [];
    if (this.#gate.outage) return this.#dueInOutage(lane, limit, isWanted);
    const raised = this.#raised[lane].splice(0, limit).filter(isWanted);
    if (raised.length > 0) return raised;
    // What goes in bulk never runs ahead of the agenda: an agenda that is behind offers what others have done.
    if (lane === 'delivery' && !(await this.#agendaIsCurrent())) return this.#due(lane, limit, isWanted);
    const isOpen = (mail: DeliveryPlan) => isWanted(mail) && this.#gate.isOpenFor(mail.sender);
    // Of a held sender the mail that it was refused with is not tried again before another.
    const isFit = ({ sender, notificationId }: DeliveryPlan) =>
      !this.#gate.isProbeOf(sender) || this.#gate.isFitFor(notificationId);
    const fit = await this.#dueByAgenda(lane, limit, (mail) => isOpen(mail) && isFit(mail));
    const due = fit.length > 0 ? fit : await this.#dueByAgenda(lane, limit, isOpen);
    // Beside another instance: begin elsewhere, or both would attempt the same mail, and one in vain.
    return this.projections.isWriting(agenda.name) ? due : shuffled(due);
  }

  async #dueByAgenda(
    lane: DeliveryLane,
    limit: number,
    isWanted: (mail: DeliveryPlan) => boolean,
  ): Promise<readonly DeliveryPlan[]> {
    const wanted = (document: AgendaDocument) =>
      this.#isOurs(document) && isWanted(document) && !this.#mayBeUnderWay(document);
    return (await this.dueAgenda.due(lane, this.clock.now(), limit, wanted)) as readonly DeliveryPlan[];
  }

  #isOurs(document: AgendaDocument): document is DeliveryPlan {
    return (
      document.kind === 'delivery' &&
      this.isMine(document.channel) &&
      document.position >= (this.#committed.get(document.notificationId) ?? '')
    );
  }

  /** While the relay fails: one mail as a probe when it is time, and now and then what needs no attempt. */
  async #dueInOutage(
    lane: DeliveryLane,
    limit: number,
    isWanted: (mail: Due) => boolean,
  ): Promise<readonly Due[]> {
    this.#raised[lane].length = 0;
    // A mail that may itself be why the relay fails is a probe only where no lane has another.
    for (const isOnlyFit of this.#gate.isOpen() ? [true, false] : [])
      for (const probed of LANES) {
        const probe = await this.#probeOf(probed, isWanted, isOnlyFit);
        // Where a person waits, that mail is the probe.
        if (probe) return probed === lane ? [probe] : [];
      }
    const now = this.clock.now();
    const lookedAt = this.#waiting[lane]?.lookedAt;
    if (lookedAt !== undefined && now < plus(lookedAt, LOOK_IN_OUTAGE_MS) && now >= lookedAt) return [];
    let count = 0;
    const due = await this.#dueByAgenda(lane, limit, (mail) => {
      count += 1;
      return isWanted(mail) && (mail.state.phase === 'sending' || this.delivery.isOverdue(mail.state));
    });
    this.#waiting[lane] = { lookedAt: now, count };
    return due;
  }

  async #probeOf(
    lane: DeliveryLane,
    isWanted: (mail: Due) => boolean,
    isOnlyFit: boolean,
  ): Promise<DeliveryPlan | undefined> {
    const isReady = (mail: DeliveryPlan) => isWanted(mail) && this.#gate.isOpenFor(mail.sender);
    // The second look would find as little among them as the first.
    const again = isOnlyFit ? await this.#deferredProbeOf(lane, isReady) : undefined;
    if (again) return again;
    const isFit = ({ notificationId }: DeliveryPlan) => !isOnlyFit || this.#gate.isFitFor(notificationId);
    return (await this.#dueByAgenda(lane, 1, (mail) => isReady(mail) && isFit(mail)))[0];
  }

  /** One that was deferred as a probe: all others are older, and a server that greylists would defer them one by one. */
  async #deferredProbeOf(
    lane: DeliveryLane,
    isReady: (mail: DeliveryPlan) => boolean,
  ): Promise<DeliveryPlan | undefined> {
    const ids = this.#gate.deferred.map((notificationId) => `delivery:${notificationId}`);
    const wanted = (document: AgendaDocument) =>
      document.lane === lane && this.#isOurs(document) && isReady(document) && !this.#mayBeUnderWay(document);
    return (await this.dueAgenda.dueAmong(ids, this.clock.now(), wanted)) as DeliveryPlan | undefined;
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
