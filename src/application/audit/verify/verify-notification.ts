import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { NotificationTrail, type Trail } from '../history/notification-trail.js';
import { cameOutTheSame } from '../why/same-conditions.js';
import { type RecomputedDecision, RecomputedDecisions } from './recomputed-decisions.js';

/** One comparison of what is on record with what comes out today. */
export interface VerificationCheck {
  readonly name:
    | 'due'
    | 'rule-version'
    | 'slot'
    | 'recipient'
    | 'decision'
    | 'reason'
    | 'conditions'
    | 'template'
    | 'content-hash'
    | 'content';
  readonly ok: boolean;
  /** What is on record; null if there is nothing. */
  readonly recorded: unknown;
  /** What comes out today; null if there is nothing. */
  readonly recomputed: unknown;
}

/** Whether a decision comes out today as it is on record. */
export interface Verification {
  readonly notificationId: string;
  /** Whether all checks are ok. */
  readonly verified: boolean;
  readonly checks: readonly VerificationCheck[];
}

/** Verifies a decision: decides it again on the history before it, renders its message again, and compares. */
export class VerifyNotification extends Query<Verification> {
  constructor(
    readonly scope: Scope,
    readonly notificationId: string,
  ) {
    super();
  }
}

@QueryHandler(VerifyNotification)
export class VerifyNotificationHandler implements IQueryHandler<VerifyNotification> {
  constructor(
    private readonly trails: NotificationTrail,
    private readonly recomputed: RecomputedDecisions,
  ) {}

  /** @throws HeraldError `not-found`, `notification-unknown`. */
  async execute({ scope, notificationId }: VerifyNotification): Promise<Verification> {
    const trail = await this.trails.of(scope, notificationId);
    const again = await this.recomputed.of(trail);
    const checks = [...checksOfDecision(trail, again), ...checksOfContent(trail, again)];
    return { notificationId, verified: checks.every(({ ok }) => ok), checks };
  }
}

const checksOfDecision = (
  { decided, decision: onRecord }: Trail,
  { verdict, decision }: RecomputedDecision,
): readonly VerificationCheck[] => {
  const wasRaised = decided.type === 'NotificationRaised' ? 'raised' : 'withheld';
  const isRaised = decision && (decision.reason === undefined ? 'raised' : 'withheld');
  const { slot } = verdict;
  const conditions = decision?.conditions ?? verdict.conditions;
  return [
    check('due', true, verdict.due),
    check('rule-version', onRecord.ruleVersion, verdict.ruleVersion),
    check('slot', slotOf(onRecord.slot), slot && slotOf(slot)),
    check('recipient', recipientOf(onRecord.recipient), decision && recipientOf(decision.recipient)),
    check('decision', wasRaised, isRaised),
    check('reason', onRecord.reason, decision?.reason),
    {
      name: 'conditions',
      ok:
        cameOutTheSame(conditions, onRecord.conditions) &&
        (hasOwn(onRecord) || isAllOf(conditions, onRecord)),
      recorded: outcomesOf(onRecord.conditions),
      recomputed: outcomesOf(conditions),
    },
  ];
};

/** Whether the record has conditions that no rule states: why it follows from another notification, or that a quota was reached. */
const hasOwn = ({ instead, undelivered, reason }: Trail['decision']): boolean =>
  instead !== undefined || undelivered !== undefined || reason === 'rate-limited';

const isAllOf = (conditions: Trail['decision']['conditions'], onRecord: Trail['decision']): boolean =>
  onRecord.conditions.every(({ name }) => conditions.some((one) => one.name === name));

const checksOfContent = (
  { decision: onRecord, content: frozen }: Trail,
  { content }: RecomputedDecision,
): readonly VerificationCheck[] => {
  if (onRecord.contentHash === undefined) return [];
  const names = Object.keys(frozen?.parts ?? {});
  return [
    check('template', onRecord.template, content?.template),
    check('content-hash', onRecord.contentHash, content?.contentHash),
    // The parts themselves are long: what comes out the same is named.
    check(
      'content',
      frozen && names,
      names.filter((name) => frozen?.parts[name] === content?.parts[name]),
    ),
  ];
};

const check = (
  name: VerificationCheck['name'],
  recorded: unknown,
  recomputed: unknown,
): VerificationCheck => ({
  name,
  ok: JSON.stringify(recorded) === JSON.stringify(recomputed),
  recorded: recorded ?? null,
  recomputed: recomputed ?? null,
});

const slotOf = ({ key, at, zone }: Trail['decision']['slot']) => ({ key, at, zone });

const recipientOf = ({ userId, name, address, locale }: Trail['decision']['recipient']) => ({
  ...{ userId, name, locale },
  ...{ channel: address.channel, address: address.value },
});

const outcomesOf = (conditions: Trail['decision']['conditions']): Readonly<Record<string, boolean>> =>
  Object.fromEntries(conditions.map(({ name, holds }) => [name, holds]));
