import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { Condition } from '../../domain/rules/shared/verdict.js';
import { onWall } from '../../domain/time/calendar.js';
import type { Trail } from './notification-trail.js';

const TOPICS: Readonly<Record<RuleId, (account: string) => string>> = {
  'content-needs-approval': () => 'content needs their approval',
  'no-social-media-content': () => 'there is no new social media content',
  'settings-update-required': (account) => `${account} must be authorised again soon`,
  'account-expired': (account) => `the authorisation of ${account} has ended`,
};

/** What a rule tells people, to stand behind "that". */
export const topicOf = (rule: RuleId, conditions: readonly Condition[]): string => {
  const { displayName, network } =
    conditions.find(({ name }) => name === 'account-is-connected')?.facts ?? {};
  return TOPICS[rule](displayName ? `${displayName} on ${network}` : 'a social account');
};

/** Of the conditions that held, those that make the difference; the others always hold when somebody is told. */
const TELLING: readonly string[] = [
  'expires-in-less-than-20-days',
  'undecided-monday-has-come',
  'authorisation-has-ended',
  'undecided-slot-has-come',
  'send-now-was-pressed',
  'new-content-waits',
  'nothing-new-waits',
  'wants-digests',
  'owns-the-account',
  'is-partner-admin',
];

/** Whether a condition says why somebody was told. */
const isTelling = ({ name, holds }: Condition): boolean => holds && TELLING.includes(name);

/** The reason of a decision, in one sentence. */
export const whySentence = ({ decided, decision }: Trail): string => {
  const { recipient, rule, slot, lateBy, escalation, conditions, reason } = decision;
  const when = onWall(decided.metadata.occurredAt, slot.zone);
  const who = recipient.email ? `${recipient.name} <${recipient.email}>` : recipient.name;
  const topic = topicOf(rule, conditions);
  if (reason !== undefined) {
    const against = conditions.filter(({ holds }) => !holds);
    return `On ${when} ${who} was not told that ${topic} (${reason}), because ${clauses(against)}.`;
  }
  const late = lateBy >= 60_000 ? `, ${Math.floor(lateBy / 60_000)} minutes after its slot,` : '';
  const instead = escalation ? ' in place of the people of the partner, of whom nobody could be told,' : '';
  const telling = conditions.filter((one) => isTelling(one) || (escalation && !one.holds));
  return `On ${when}${late} ${who} was told${instead} that ${topic}, because ${clauses(telling)}.`;
};

/** Full sentences as parts of one. */
export const clauses = (conditions: readonly Condition[]): string =>
  conditions.map(({ says }) => lowerStart(says.replace(/\.$/, ''))).join('; ');

const lowerStart = (sentence: string): string =>
  sentence.replace(/^(The|It|They|Their|There|No|Nothing|Nobody|Of)\b/, (word) => word.toLowerCase());
