import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { actorOf, type Principal, publisherOf } from '../../domain/access/principal.js';
import { isSourceOf } from '../../domain/access/source.js';
import { MAX_AHEAD_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { plus } from '../../domain/kernel/instant.js';
import { refusedDomains, type SolutionDomains } from '../../domain/solution/solution-domains.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { conflictOf } from '../aggregates/decide-requests.js';
import { digestOf } from '../aggregates/digest.js';
import { inboundCommandId } from '../aggregates/ids.js';
import type { Result } from '../aggregates/requests.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { PlatformEventsReceived } from '../events/platform-events-received.js';
import { IngestQuota } from '../limits/ingest-quota.js';
import { Clock } from '../ports/clock.js';
import type { InboundRecord } from '../ports/event-store.js';
import { OperatingMode } from '../ports/operating-mode.js';
import { SOLUTION_DOMAINS } from '../ports/solution-domains.js';
import { AccountLimit } from './account-limit.js';
import { asSentOf } from './as-sent.js';
import { type InboundEvent, InvalidEvent, parseCloudEvent } from './cloud-event.js';
import { InboundKeys } from './inbound-keys.js';
import { isInboundType } from './inbound-types.js';
import { groupsOf, isBeginning, keyOf, type Order, requestOf } from './order.js';
import { ScopedRecording } from './scoped-recording.js';
import { toCommand } from './to-command.js';
import { type Unknown, UnknownReferences } from './unknown-references.js';

/**
 * How many events are looked at before others have a turn: to read a thousand takes as long as twenty mails, which need not wait for all
 * of them.
 */
const IN_A_TURN = 100;

/** What became of one event of a request. */
export type Receipt =
  | ({
      readonly status: 'accepted' | 'duplicate';
      readonly source: string;
      readonly id: string;
    } & Unknown)
  | { readonly status: 'refused'; readonly error: HeraldError };

/**
 * The platform has sent these events: each is recorded once, or refused whole. One bad event does not cost the others.
 * Answers with a receipt for each, in the order of the request; what is accepted is durable by then.
 */
export class RecordPlatformEvents extends Command<readonly Receipt[]> {
  /**
   * @param raw CloudEvents in their JSON form.
   * @param principal who publishes them.
   */
  constructor(
    readonly raw: readonly unknown[],
    readonly principal: Principal,
  ) {
    super();
  }
}

/** The event is from the future, by Herald's clock. */
class TimeAhead extends InvalidEvent {
  constructor(message: string) {
    super('invalid-cloudevent', [{ field: 'time', message }]);
  }
}

@CommandHandler(RecordPlatformEvents)
export class RecordPlatformEventsHandler implements ICommandHandler<RecordPlatformEvents> {
  /** By key: the request that works on it. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
    private readonly guard: ClockGuard,
    private readonly mode: OperatingMode,
    private readonly keys: InboundKeys,
    private readonly accountLimit: AccountLimit,
    private readonly references: UnknownReferences,
    @Inject(SOLUTION_DOMAINS) private readonly domains: SolutionDomains,
    private readonly quota: IngestQuota,
    private readonly bus: EventBus,
  ) {}

  /**
   * @throws what the event store throws when it cannot be reached, and HeraldError `clock-behind` when all events seem to
   * be from the future: send the same request again; TooManyRequests beyond the quota of the publisher.
   */
  async execute({ raw, principal }: RecordPlatformEvents): Promise<readonly Receipt[]> {
    const receipts = new Map<number, Receipt>();
    const orders: Order[] = [];
    this.guard.requirePlausible();
    const now = this.clock.now();
    const publisher = publisherOf(principal);
    if (publisher !== undefined) this.quota.take(publisher, raw.length);
    for (const [index, one] of raw.entries()) {
      if (index > 0 && index % IN_A_TURN === 0) await nextTurn();
      try {
        const event = this.#read(one, now);
        if (!isSourceOf(principal, event.source)) throw foreignSource(event.source);
        const commandId = inboundCommandId(event.source, event.id, publisher);
        orders.push({
          ...{
            index,
            event,
            commandId,
            digest: contentOf(event, one),
            addressed: toCommand(event, commandId),
          },
          asSent: asSentOf(event.data, dataOf(one)),
        });
      } catch (error) {
        if (!(error instanceof HeraldError)) throw error;
        receipts.set(index, { status: 'refused', error });
      }
    }
    this.#requireClock(receipts, raw.length, now);
    await this.#alone(
      orders.map(({ commandId }) => commandId),
      () => this.#record(orders, principal, receipts),
    );
    await this.#tellUnknown(orders, receipts);
    const answer = raw.map((_, index) => receipts.get(index) as Receipt);
    const received = answer.map(({ status }, index) => ({ type: typeOf(raw[index]), result: status }));
    this.bus.publish(new PlatformEventsReceived(received));
    return answer;
  }

  /** Records what is new; fills in the receipts. */
  async #record(
    orders: readonly Order[],
    principal: Principal,
    receipts: Map<number, Receipt>,
  ): Promise<void> {
    const fresh = this.#ofAllowedDomains(await this.#fresh(orders, receipts), receipts);
    const actor = actorOf(principal);
    const report = (order: Order, result: Result) => receipts.set(order.index, receiptOf(order, result));
    if (principal.scope === 'all') await this.#recordAll(fresh, actor, report);
    else
      await new ScopedRecording(this.aggregates, this.accountLimit, principal.scope, actor).record(
        fresh,
        report,
      );
  }

  /** Records events of a principal that is bound to no solutions, in groups by aggregate. */
  async #recordAll(
    orders: readonly Order[],
    actor: string,
    report: (order: Order, result: Result) => void,
  ): Promise<void> {
    const admitted = await this.#withinLimits(orders, report);
    await Promise.all(
      groupsOf(admitted).map(async (group) => {
        const { decider, id, orders } = group;
        const requests = orders.map((order) => requestOf(order, actor));
        const results = await this.aggregates.executeEach(decider, id, requests, isBeginning(group));
        for (const [n, order] of orders.entries()) report(order, results[n] ?? 'nothing');
      }),
    );
  }

  /** Those whose key is not used yet. The first event with a key owns it, in the log and within a request. */
  async #fresh(orders: readonly Order[], receipts: Map<number, Receipt>): Promise<Order[]> {
    const owners = new Map<string, InboundRecord[]>();
    for (const record of await this.keys.find(orders.map(({ commandId }) => commandId)))
      owners.set(record.commandId, [...(owners.get(record.commandId) ?? []), record]);
    const first = new Map<string, Order>();
    return orders.filter((order) => {
      const { index, event, commandId, digest } = order;
      const records = owners.get(commandId) ?? [];
      const isKnown = records.some((record) => isSame(record, order));
      const isOther = (first.get(commandId)?.digest ?? digest) !== digest;
      if (isKnown) receipts.set(index, receiptOf(order, 'duplicate'));
      else if (records.length > 0 || isOther)
        receipts.set(index, receiptOf(order, conflictOf({ source: event.source, sourceId: event.id })));
      else {
        if (!first.has(commandId)) first.set(commandId, order);
        return true;
      }
      return false;
    });
  }

  /** Those that configure no solution with a sender or a link of a domain that it may not use. */
  #ofAllowedDomains(orders: readonly Order[], receipts: Map<number, Receipt>): readonly Order[] {
    return orders.filter(({ index, event }) => {
      const refused =
        event.type === 'herald.solution.configured.v1' ? refusedDomains(event.data, this.domains) : [];
      if (refused.length === 0) return true;
      const errors = refused.map(({ field, message }) => ({ field: `data.${field}`, message }));
      receipts.set(index, { status: 'refused', error: new InvalidEvent('invalid-event-data', errors) });
      return false;
    });
  }

  /** Those that do not exceed the accounts of a partner. */
  async #withinLimits(
    orders: readonly Order[],
    report: (order: Order, refusal: HeraldError) => void,
  ): Promise<Order[]> {
    const admitted: Order[] = [];
    for (const [index, order] of orders.entries()) {
      if (index > 0 && index % IN_A_TURN === 0) await nextTurn();
      const { event } = order;
      const refusal =
        event.type === 'herald.social-account.connected.v1'
          ? await this.accountLimit.admit(event.data.partnerId, event.data.accountId)
          : undefined;
      if (refusal) report(order, refusal);
      else admitted.push(order);
    }
    return admitted;
  }

  /** Completes the receipts of what is recorded: with what it is about and Herald does not know. */
  async #tellUnknown(orders: readonly Order[], receipts: Map<number, Receipt>): Promise<void> {
    const kept = orders.filter(({ index }) => receipts.get(index)?.status !== 'refused');
    const unknown = await this.references.of(kept.map(({ event }) => event));
    for (const [n, { index }] of kept.entries())
      receipts.set(index, { ...(receipts.get(index) as Receipt), ...unknown[n] });
  }

  /** Waits until no other request of this instance works on one of these keys, so that each is looked up after the other is done. */
  async #alone(keys: readonly string[], work: () => Promise<void>): Promise<void> {
    for (;;) {
      const others = new Set(keys.flatMap((key) => this.#underWay.get(key) ?? []));
      if (others.size === 0) break;
      await Promise.allSettled(others);
    }
    const working = work();
    for (const key of keys) this.#underWay.set(key, working);
    try {
      await working;
    } finally {
      for (const key of keys) this.#underWay.delete(key);
    }
  }

  #read(raw: unknown, now: Instant): InboundEvent {
    const event = parseCloudEvent(raw);
    if (event.time <= plus(now, MAX_AHEAD_MS)) return event;
    throw new TimeAhead(
      `Expected a moment that has come: ${event.time} is more than 5 minutes ahead of Herald's ${this.mode.isTest ? 'test clock' : 'clock'}, which says ${now}.`,
    );
  }

  /** Events that all are from the future are no mistake of the platform's: then it is Herald's clock that is wrong. */
  #requireClock(receipts: ReadonlyMap<number, Receipt>, count: number, now: Instant): void {
    const isAhead = (receipt: Receipt) => receipt.status === 'refused' && receipt.error instanceof TimeAhead;
    if (this.mode.isTest || count === 0 || receipts.size < count) return;
    if (![...receipts.values()].every(isAhead)) return;
    throw new HeraldError(
      'clock-behind',
      `All ${count} events are more than 5 minutes ahead of Herald's clock, which says ${now}: it seems to be behind. Set it by NTP; send the same events again later.`,
    );
  }
}

const foreignSource = (source: string): HeraldError =>
  new HeraldError(
    'source-not-yours',
    `This key may not publish events of the source ${JSON.stringify(source)}. Use a source that the key is bound to, or ask an admin for a key of this source.`,
    'source',
  );

/** Of what the platform sent, and not of what Herald made of it: another version of Herald may fill in other defaults. */
const contentOf = ({ type, time }: InboundEvent, raw: unknown): string =>
  digestOf({ type, time, data: dataOf(raw) });

const dataOf = (raw: unknown): unknown => (raw as { readonly data?: unknown }).data;

/** Records from before there were digests are taken for the same where they are about the same aggregate. */
const isSame = (record: InboundRecord, order: Order): boolean =>
  record.digest === undefined ? record.stream === keyOf(order) : record.digest === order.digest;

const receiptOf = ({ event: { source, id } }: Order, result: Result): Receipt => {
  if (result instanceof HeraldError) return { status: 'refused', error: result };
  return { status: result === 'duplicate' ? 'duplicate' : 'accepted', source, id };
};

const typeOf = (raw: unknown): string => {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  return typeof type === 'string' && isInboundType(type) ? type : 'other';
};
