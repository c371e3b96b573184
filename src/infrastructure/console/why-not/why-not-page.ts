import type { WhyNot, WhyNotAnswer } from '../../../application/audit/why/ask-why-not.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import { RULE_IDS } from '../../../domain/rules/notifications.js';
import { type ConditionItem, checklistOf } from '../kit/conditions.js';
import type { Fact } from '../kit/facts.js';
import { at, href } from '../kit/href.js';
import { type Link, personHref, subjectLink } from '../kit/links.js';
import type { PageModel } from '../kit/page-model.js';
import { optionsOf, words } from '../kit/words.js';
import type { Question } from './question.js';

/** Why the question has no answer, and who could have been meant. */
export interface Unanswered {
  readonly says: string;
  readonly candidates: readonly PersonDocument[];
  /** The list of all of them, if there are more. */
  readonly others?: string | undefined;
}

/** The answer for one account or queue. */
interface AnswerItem {
  readonly about: Link;
  readonly due: boolean;
  readonly sentence: string;
  readonly slot: Fact | undefined;
  readonly conditions: readonly ConditionItem[];
  /** How many conditions there are, and how many of them do not hold. */
  readonly against: { readonly total: number; readonly count: number };
  /** Its conditions are shown at once. */
  readonly isFirst: boolean;
  readonly last: { readonly href: string; readonly says: string; readonly decidedAt: string } | undefined;
}

/** What the view `why-not` shows. */
export interface WhyNotPage extends PageModel {
  readonly question: Partial<Question>;
  readonly rules: ReturnType<typeof optionsOf>;
  /** The moment as the form has it, in UTC. */
  readonly at: string | undefined;
  readonly problem: string | undefined;
  /** The same question about each of those who could be meant. */
  readonly candidates: readonly (Link & { readonly says: string })[];
  readonly others: string | undefined;
  readonly answer: AnswerPart | undefined;
}

interface AnswerPart {
  readonly person: {
    readonly name: string;
    readonly email: string | undefined;
    readonly href: string | undefined;
  };
  readonly rule: string;
  readonly asOf: string;
  readonly answers: readonly AnswerItem[];
  /** The partner has further accounts. */
  readonly more: boolean;
  readonly history: string;
}

const PATH = at('why-not');

/** The page of a question, with its answer if it has one. */
export const whyNotPage = (
  question: Partial<Question>,
  {
    found,
    unanswered,
  }: { readonly found?: WhyNot | undefined; readonly unanswered?: Unanswered | undefined },
): WhyNotPage => ({
  title: 'Why not?',
  question,
  rules: optionsOf(RULE_IDS, question.rule),
  // Browsers fill a field for a moment only without its zone.
  at: question.at?.replace(/(?::00)?(?:\.000)?Z$/, ''),
  problem: unanswered?.says,
  candidates: (unanswered?.candidates ?? []).map(({ userId, partnerId, name, email }) => ({
    label: name ?? userId,
    says: [email, `at ${partnerId}`].filter(Boolean).join(', '),
    href: href(PATH, { ...question, person: userId, partner: partnerId }),
  })),
  others: unanswered?.others,
  answer: found && answerPart(found),
});

const answerPart = ({ person, rule, at: asOf, answers, more }: WhyNot): AnswerPart => {
  const { userId, partnerId, name, email } = person;
  return {
    person: { name: name ?? userId, email, href: personHref(userId, partnerId) },
    ...{ rule, asOf, more },
    answers: [...answers].sort(byDistance).map(answerItem),
    history: href(at('history'), { recipient: userId, partner: partnerId, rule }),
  };
};

/** What is due comes first, then what is nearest to it. */
const byDistance = (a: WhyNotAnswer, b: WhyNotAnswer): number => a.needed.length - b.needed.length;

const answerItem = (
  { subject, due, sentence, slot, conditions, needed, last }: WhyNotAnswer,
  index: number,
): AnswerItem => ({
  about: subjectLink(subject),
  ...{ due, sentence },
  slot: slot && { name: 'The slot in question', instant: slot.at, zone: slot.zone },
  conditions: checklistOf(conditions, needed),
  against: { total: conditions.length, count: needed.length },
  isFirst: index === 0,
  last: last && {
    href: at('notifications', last.notificationId),
    decidedAt: last.decidedAt,
    says: words(last.reason ?? last.outcome),
  },
});
