import { onWall } from '../../domain/calendar/calendar.js';
import { withoutStop } from '../../domain/kernel/text.js';
import { SENDER_REFUSED } from '../../domain/notification/urgent.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { NOBODY, recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import type { Condition } from '../../domain/rules/shared/verdict.js';
import type { Trail } from './history/notification-trail.js';
import { whatBecame } from './history/outcome-sentences.js';

/** What a notification reports, as a clause after "that". @throws HeraldError `notification-unknown`. */
export const topicOf = (rule: RuleId, conditions: readonly Condition[]): string =>
  definitionOf(rule).topic(conditions);

/** The condition of a decision that takes the place of a superseded one. */
const IN_PLACE_OF = 'takes-the-place-of-another';

/** What was decided and why, and what became of it, in full sentences. @throws HeraldError `notification-unknown`. */
export const whySentence = (trail: Trail): string => {
  const { decided, decision } = trail;
  const { recipient, rule, slot, lateBy, escalation, conditions, reason } = decision;
  const when = onWall(decided.metadata.occurredAt, slot.zone);
  const { value } = recipient.address;
  const who = value ? `${recipient.name} <${value}>` : recipient.name;
  const topic = topicOf(rule, conditions);
  if (reason !== undefined) {
    const against = conditions.filter(({ holds }) => !holds);
    const nobody = recipientOnRecord(recipient, escalation).userId === NOBODY;
    const withheld = nobody ? 'nobody was notified' : `${who} was not notified`;
    return `On ${when} ${withheld} that ${topic} (${reason}), because ${clauses(against)}.`;
  }
  const late = lateBy >= 60_000 ? `, ${Math.floor(lateBy / 60_000)} minutes after its slot,` : '';
  const { undelivered } = decision;
  const whom = !undelivered
    ? 'nobody at the partner could be reached'
    : undelivered.outcome === SENDER_REFUSED
      ? 'its sender is refused'
      : 'a mail did not arrive';
  const instead = escalation ? ` as the escalation contact (${whom})` : '';
  const { telling: names } = definitionOf(rule);
  const telling = conditions.filter(({ name, holds }) =>
    holds ? names.includes(name) || name === IN_PLACE_OF : escalation,
  );
  const { isNotified, says } = whatBecame(trail);
  const told = isNotified ? `${who} was notified` : `it was decided to notify ${who}`;
  return `On ${when}${late} ${told}${instead} that ${topic}, because ${clauses(telling)}. ${says}`;
};

/** Joins full sentences as clauses of one. */
export const clauses = (conditions: readonly Condition[]): string =>
  conditions.map(({ says }) => lowerStart(withoutStop(says))).join('; ');

const lowerStart = (sentence: string): string =>
  sentence.replace(/^(The|This|It|They|Their|There|A|An|No|Nothing|Nobody|Of)\b/, (word) =>
    word.toLowerCase(),
  );
