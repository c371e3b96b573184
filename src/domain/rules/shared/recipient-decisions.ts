import type { SolutionSettings } from '../../solution/solution.js';
import type { WithheldReason } from './reasons.js';
import { escalationOf, NOBODY } from './recipients.js';
import { isPerson } from './sentinels.js';
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
 * solution's escalation contact is notified if it has one. A slot that is missed is missed by everybody whom it would have had.
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
  const nobody: RecipientDecision = {
    ...{ recipient: NOBODY, reason: everybody ?? 'no-reachable-recipient', escalation: false },
    ...shared,
  };
  // What is withheld for another reason than the time was withheld at its slot, too; and a digest is its reader's alone.
  if (everybody && (everybody !== 'missed' || isReaders(verdict)))
    return members.length > 0 ? members : [nobody];
  if (audience.some(({ reason: own }) => own === undefined) || isAnswer(verdict)) return members;
  const contact = escalationOf(settings);
  const escalation = { escalation: true, ...(everybody ? { reason: everybody } : {}), ...shared };
  return [...members, nobody, ...(contact ? [{ recipient: contact, ...escalation }] : [])];
};

/** An answer to a Send Now concerns only the person who pressed it. */
const isAnswer = ({ slot }: Verdict): boolean => slot?.key.startsWith('request:') === true;

/** The digest of one person: what nobody would have had is the verdict about all. */
const isReaders = ({ userId }: Verdict): boolean => userId !== undefined && isPerson(userId);

const distinct = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter(
    (condition, index) => conditions.findIndex(({ name }) => name === condition.name) === index,
  );
