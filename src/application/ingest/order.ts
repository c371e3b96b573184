import type { CommandContext, Request } from '../aggregates/requests.js';
import { streamOf } from '../aggregates/streams.js';
import type { AsSent } from './as-sent.js';
import type { InboundEvent } from './cloud-event.js';
import type { Addressed, PlatformCommand } from './to-command.js';

/** One event of a request that is to be recorded. */
export interface Order {
  /** Its place in the request. */
  readonly index: number;
  readonly event: InboundEvent;
  /** Stands for its publisher, source and id. */
  readonly commandId: string;
  /** The digest of its content. */
  readonly digest: string;
  readonly asSent: AsSent | undefined;
  readonly addressed: Addressed;
}

/** All orders of a request to one aggregate, in the order of their times. */
export interface Group {
  readonly decider: Addressed['decider'];
  readonly id: string;
  readonly orders: readonly Order[];
}

/** The stream that the order concerns. */
export const keyOf = ({ addressed: { decider, id } }: Order): string => streamOf(decider.category, id);

/** The orders in groups by aggregate. Of two events at the same time the one that comes first in the request precedes. */
export const groupsOf = (orders: readonly Order[]): readonly Group[] => {
  const sorted = [...orders].sort((a, b) =>
    a.event.time < b.event.time ? -1 : a.event.time > b.event.time ? 1 : 0,
  );
  const groups = new Map<string, Group & { readonly orders: Order[] }>();
  for (const order of sorted) {
    const group = groups.get(keyOf(order));
    if (group) group.orders.push(order);
    else groups.set(keyOf(order), { ...order.addressed, orders: [order] });
  }
  return [...groups.values()];
};

const BEGINNINGS: readonly InboundEvent['type'][] = [
  'herald.partner.registered.v1',
  'herald.social-account.connected.v1',
];

/** Whether these orders most likely begin their aggregate. */
export const isBeginning = ({ orders: [first] }: Group): boolean =>
  first !== undefined && BEGINNINGS.includes(first.event.type);

/** The command of an order, and on whose behalf it is executed. */
export const requestOf = (order: Order, actor: string): Request<PlatformCommand> => ({
  command: order.addressed.command,
  context: contextOf(order, actor),
});

const contextOf = ({ event, commandId, digest, asSent }: Order, actor: string): CommandContext => {
  const { source, id, correlationId } = event;
  return {
    ...{ commandId, actor, source, sourceId: id, sourceDigest: digest, asSent },
    ...(correlationId ? { correlationId } : {}),
  };
};
