import type { RuleId } from '../../domain/rules/rule-id.js';
import type { Condition } from '../../domain/rules/verdict.js';
import { onWall } from '../../domain/time/calendar.js';
import type { Trail } from './notification-trail.js';

const TOPICS: Readonly<Record<RuleId, string>> = {
  'content-needs-approval': 'content needs their approval',
  'no-social-media-content': 'there is no new social media content',
  'settings-update-required': 'the settings of a social account must be updated',
  'account-expired': 'the authorisation of a social account has expired',
};

/** What a rule tells people, to stand behind "that". */
export const topicOf = (rule: RuleId): string => TOPICS[rule];

/** The reason of a decision, in one sentence. */
export const whySentence = ({ decided, decision }: Trail): string => {
  const { recipient, rule, slot, lateBy, escalation } = decision;
  const when = onWall(decided.metadata.occurredAt, slot.zone);
  const who = recipient.email ? `${recipient.name} <${recipient.email}>` : recipient.name;
  if (decision.reason !== undefined) {
    const against = decision.conditions.filter(({ holds }) => !holds);
    return `On ${when} ${who} was not told that ${topicOf(rule)} (${decision.reason}), because ${clauses(against)}.`;
  }
  const late = lateBy >= 60_000 ? `, ${Math.floor(lateBy / 60_000)} minutes after its slot` : '';
  const instead = escalation ? ' in place of the partner’s people, of whom nobody could be told' : '';
  return `On ${when}${late} ${who} was told${instead} that ${topicOf(rule)}, because ${clauses(
    decision.conditions.filter(({ holds }) => holds),
  )}.`;
};

/** Full sentences as parts of one. */
export const clauses = (conditions: readonly Condition[]): string =>
  conditions.map(({ says }) => says.replace(/\.$/, '')).join('; ');
