import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Subject } from 'rxjs';
import { MAX_AHEAD_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/fact.js';
import { HeraldError } from '../../domain/herald-error.js';
import { plus } from '../../domain/time/instant.js';
import type { Request, Result } from '../aggregates/aggregates.js';
import { Clock } from '../clock/clock.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { OperatingMode } from '../clock/operating-mode.js';
import { inboundCommandId } from '../ids.js';
import { type InboundEvent, InvalidEvent, parseCloudEvent } from './cloud-event.js';
import { isInboundType } from './inbound-types.js';
import { type Addressed, busCommand, toCommand } from './to-command.js';

/** What became of one event of a request. */
export type Receipt =
  | {
      readonly status: 'accepted' | 'duplicate';
      readonly source: string;
      readonly id: string;
    }
  | { readonly status: 'refused'; readonly error: HeraldError };

/** What became of one event, by its type; `other` for a type that Herald does not know. */
export interface Taken {
  readonly type: string;
  readonly result: Receipt['status'];
}

interface Order {
  /** Its place in the request. */
  readonly index: number;
  readonly event: InboundEvent;
  readonly addressed: Addressed;
}

/** The event is from the future, by Herald's clock. */
class TimeAhead extends InvalidEvent {
  constructor(message: string) {
    super('invalid-cloudevent', [{ field: 'time', message }]);
  }
}

/** Takes the platform's events: each is recorded once, or refused whole; one bad event does not cost the others. */
@Injectable()
export class Ingest {
  readonly #taken = new Subject<readonly Taken[]>();

  constructor(
    private readonly bus: CommandBus,
    private readonly clock: Clock,
    private readonly guard: ClockGuard,
    private readonly mode: OperatingMode,
  ) {}

  /** What became of the events of each request, for metrics. */
  get taken() {
    return this.#taken.asObservable();
  }

  /**
   * @param raw CloudEvents in their JSON form.
   * @returns a receipt for each, in the order of the request; they are durable by then.
   * @throws what the event store throws when it cannot be reached, and HeraldError `clock-behind` when all events seem to
   * be from the future: send the same request again.
   */
  async take(raw: readonly unknown[]): Promise<readonly Receipt[]> {
    const receipts = new Map<number, Receipt>();
    const orders: Order[] = [];
    this.guard.requirePlausible();
    const now = this.clock.now();
    for (const [index, one] of raw.entries()) {
      try {
        const event = this.#read(one, now);
        orders.push({ index, event, addressed: toCommand(event) });
      } catch (error) {
        if (!(error instanceof HeraldError)) throw error;
        receipts.set(index, { status: 'refused', error });
      }
    }
    this.#requireClock(receipts, raw.length, now);
    // What happened first is told first; what happened at the same time, in the order of the request.
    orders.sort((a, b) => (a.event.time < b.event.time ? -1 : a.event.time > b.event.time ? 1 : 0));
    const groups = new Map<string, Order[]>();
    for (const order of orders) {
      const group = groups.get(keyOf(order));
      if (group) group.push(order);
      else groups.set(keyOf(order), [order]);
    }
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const results = await this.#tell(group);
        for (const [n, order] of group.entries())
          receipts.set(order.index, receiptOf(order, results[n] ?? 'nothing'));
      }),
    );
    const answer = raw.map((_, index) => receipts.get(index) as Receipt);
    this.#taken.next(answer.map(({ status }, index) => ({ type: typeOf(raw[index]), result: status })));
    return answer;
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

  #tell(group: readonly Order[]): Promise<readonly Result[]> {
    const [first] = group as [Order];
    const requests = group.map(({ event, addressed }): Request<Addressed['command']> => {
      const { source, id, correlationId } = event;
      const commandId = inboundCommandId(source, id);
      return {
        command: addressed.command,
        context: {
          commandId,
          actor: 'platform',
          ...(correlationId ? { correlationId } : {}),
          source,
          sourceId: id,
        },
      };
    });
    return this.bus.execute(busCommand(first.addressed.aggregate, first.addressed.id, requests));
  }
}

const receiptOf = ({ event: { source, id } }: Order, result: Result): Receipt => {
  if (result instanceof HeraldError) return { status: 'refused', error: result };
  return { status: result === 'duplicate' ? 'duplicate' : 'accepted', source, id };
};

const keyOf = ({ addressed: { aggregate, id } }: Order): string => `${aggregate}-${id}`;

const typeOf = (raw: unknown): string => {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  return typeof type === 'string' && isInboundType(type) ? type : 'other';
};
