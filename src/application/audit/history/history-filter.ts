import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import type { ChannelName } from '../../../domain/channels/address.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, plus, toMillis } from '../../../domain/kernel/instant.js';
import type { WithheldReason } from '../../../domain/rules/shared/reasons.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import type { Query } from '../../ports/document-store.js';
import type { HISTORY_FIELDS, HistoryEntry, HistoryOutcome } from '../../read-models/history/history.js';
import { HistorySearch } from './history-search.js';
import { RecipientFilters } from './recipient-filters.js';

/** Which entries of the history are meant; all that is given must match. */
export interface HistoryFilter {
  /** Free text: see `HistorySearch`. */
  readonly q?: string | undefined;
  /** A user id, or any address that the person has or ever had. */
  readonly recipient?: string | undefined;
  readonly channel?: ChannelName | undefined;
  readonly partner?: string | undefined;
  readonly solution?: string | undefined;
  readonly account?: string | undefined;
  readonly rule?: RuleId | undefined;
  readonly decision?: HistoryEntry['decision'] | undefined;
  readonly reason?: WithheldReason | undefined;
  readonly outcome?: HistoryOutcome | undefined;
  /** The slot: `slotFrom` inclusive, `slotTo` exclusive. */
  readonly slotFrom?: Instant | undefined;
  readonly slotTo?: Instant | undefined;
  /** The time of the decision: `from` inclusive, `to` exclusive. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** How many dates are searched one by one, at most two months. A few numbers only: each is a statement that stays prepared. */
const SEARCHED_DATES = [4, 10, 34, 65];

/** A filter in the fields of the read model. */
export type HistoryConditions = Required<Pick<Query, 'where' | 'range'>>;

type Where = HistoryConditions['where'];
type Field = (typeof HISTORY_FIELDS)[number];

/** Translates a filter into conditions on the read model. */
@Injectable()
export class HistoryFilters {
  constructor(
    private readonly recipients: RecipientFilters,
    private readonly search: HistorySearch,
  ) {}

  /**
   * The conditions that a filter means to the scope; undefined if no entry can match.
   * @throws HeraldError `invalid-request`, `read-models-rebuilding`, `search-too-broad`.
   */
  async conditions(scope: Scope, filter: HistoryFilter): Promise<HistoryConditions | undefined> {
    const { q, recipient, partner, from, to, slotFrom, slotTo } = filter;
    const found = q === undefined ? {} : await this.search.find(scope, q, partner);
    const asked = recipient === undefined ? {} : await this.recipients.of(scope, recipient, partner);
    const where =
      found && joined(joined({ ...fieldsOf(filter), ...datesOf(slotFrom, slotTo) }, asked), found);
    return (
      where && { where, range: present({ decidedAt: rangeOf(from, to), slotAt: rangeOf(slotFrom, slotTo) }) }
    );
  }
}

const fieldsOf = (filter: HistoryFilter): Where => {
  const { channel, partner, solution, account, rule, decision, reason, outcome } = filter;
  const fields: Partial<Record<Field, string | undefined>> = {
    ...{ partnerId: partner, solutionId: solution, accountId: account },
    ...{ channel, rule, decision, reason, outcome },
  };
  return present(fields);
};

/**
 * The dates that slots of a period may have, each in a zone of its own. The index of a date has its decisions in their order, whatever
 * was decided since; for a longer period there are too many of them.
 */
const datesOf = (slotFrom: Instant | undefined, slotTo: Instant | undefined): Where => {
  if (slotFrom === undefined || slotTo === undefined) return {};
  const days = Math.ceil((toMillis(slotTo) - toMillis(slotFrom)) / DAY);
  const count = SEARCHED_DATES.find((most) => days + 3 <= most);
  if (count === undefined) return {};
  return { slotDate: Array.from({ length: count }, (_, n) => plus(slotFrom, (n - 1) * DAY).slice(0, 10)) };
};

/** Both conditions; undefined if they exclude each other. */
const joined = (some: Where | undefined, more: Where): Where | undefined => {
  if (some === undefined) return undefined;
  const both: Record<string, Where[string]> = { ...some };
  for (const [field, value] of Object.entries(more)) {
    const values = commonTo(some[field] ?? value, value);
    const [only] = values;
    if (only === undefined) return undefined;
    both[field] = values.length === 1 ? only : values;
  }
  return both;
};

const commonTo = (some: Where[string], others: Where[string]): readonly string[] =>
  listOf(some).filter((value) => listOf(others).includes(value));

const listOf = (value: Where[string]): readonly string[] =>
  typeof value === 'object' ? value : [String(value)];

const rangeOf = (from: string | undefined, to: string | undefined) =>
  from === undefined && to === undefined ? undefined : present({ from, to });

const present = <T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<string, T>;
