import type { SolutionSettings } from '../../solution/solution.js';
import type { WithheldReason } from './reasons.js';
import { escalationOf, NOBODY } from './recipients.js';
import { type Condition, latenessFor, type Recipient, type Verdict } from './verdict.js';

/** What a verdict means for one recipient. */
export interface RecipientDecision {
  readonly recipient: Recipient;
  /** Absent: raised. */
  readonly reason?: WithheldReason;
  readonly escalation: boolean;
  /** How late it is for them, in milliseconds. */
  readonly lateBy: number;
  readonly conditions: readonly Condition[];
}

/**
 * Each recipient's decision under a verdict; none while it is not due. If nobody can be notified, that is recorded, and the
 * solution's escalation contact is notified if it has one.
 */
export const recipientDecisions = (
  verdict: Verdict,
  settings: SolutionSettings | undefined,
): readonly RecipientDecision[] => {
  if (!verdict.due) return [];
  const { audience, conditions, reason } = verdict;
  const everybody = reason !== undefined && reason !== 'no-reachable-recipient' ? reason : undefined;
  const members = audience.map((member): RecipientDecision => {
    const { isNotified: _, reason: own, conditions: personal, since, ...recipient } = member;
    const withheld = everybody ?? own;
    return {
      recipient,
      ...(withheld ? { reason: withheld } : {}),
      escalation: false,
      lateBy: latenessFor(verdict, since),
      conditions: distinct([...conditions, ...personal]),
    };
  });
  const shared = { conditions, lateBy: latenessFor(verdict, verdict.audienceSince) };
  if (everybody)
    return members.length > 0
      ? members
      : [{ recipient: NOBODY, reason: everybody, escalation: false, ...shared }];
  if (members.some((member) => member.reason === undefined) || isAnswer(verdict)) return members;
  const nobody: RecipientDecision = {
    ...{ recipient: NOBODY, reason: 'no-reachable-recipient', escalation: false },
    ...shared,
  };
  const escalation = escalationOf(settings);
  return [
    ...members,
    nobody,
    ...(escalation ? [{ recipient: escalation, escalation: true, ...shared }] : []),
  ];
};

/** An answer to a Send Now concerns only the person who pressed it. */
const isAnswer = ({ slot }: Verdict): boolean => slot?.key.startsWith('request:') === true;

const distinct = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter(
    (condition, index) => conditions.findIndex(({ name }) => name === condition.name) === index,
  );
