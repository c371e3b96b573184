import { onWall } from '../../../domain/calendar/calendar.js';
import { withoutStop } from '../../../domain/kernel/text.js';
import { type HistoryDocument, type HistoryOutcome, history } from '../../read-models/history/history.js';
import type { Trail } from './notification-trail.js';

/** How far a message is, as its trail says. */
interface Progress {
  /** When that became known, on the wall of the slot's zone. */
  readonly at: string;
  readonly attempts: number;
  /** `: <what the server said, or why>`; empty if nothing is on record. */
  readonly detail: string;
  /** When it is tried again after a failure, as a sentence. */
  readonly next: string;
  /** Who last resolved a doubt, and as what. */
  readonly resolved?: { readonly by: string; readonly as: string };
}

interface OutcomeSentence {
  /** Whether the recipient's mail server has the message, as far as anybody knows. */
  readonly isNotified: boolean;
  readonly says: (progress: Progress) => string;
}

const not = (says: OutcomeSentence['says']): OutcomeSentence => ({ isNotified: false, says });
const notified = (says: OutcomeSentence['says']): OutcomeSentence => ({ isNotified: true, says });

/** What is true in each state of a raised notification. Nobody was notified by what no server has accepted. */
const SENTENCES: Readonly<Record<Exclude<HistoryOutcome, 'withheld'>, OutcomeSentence>> = {
  pending: not(({ at, detail, resolved }) =>
    resolved
      ? `Whether an earlier attempt arrived is not known; ${resolved.by} asked at ${at} for another one${detail}.`
      : 'The message has not been sent yet.',
  ),
  sending: not(({ at, attempts }) => `Attempt ${attempts} began at ${at}, and has no result yet.`),
  accepted: notified(({ at, detail }) => `The mail server accepted the message at ${at}${detail}.`),
  deferred: not(
    ({ at, next, detail }) =>
      `The message has not been sent: the last attempt failed at ${at}${detail}. ${next}`,
  ),
  rejected: not(({ at, detail }) => `The message was refused at ${at}${detail}.`),
  'given-up': not(
    ({ at, attempts, detail }) =>
      `Herald gave the message up at ${at} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}${detail}.`,
  ),
  superseded: not(({ at, detail }) => `The message was no longer due at ${at}, and was not sent${detail}.`),
  'outcome-unknown': not(
    ({ at, detail }) =>
      `Whether the message arrived is not known${detail} (${at}). Look at the mail server's log, then resolve it.`,
  ),
  abandoned: not(
    ({ at, detail, resolved }) =>
      `Whether the message arrived was not known, and ${resolved?.by ?? 'somebody'} abandoned it at ${at}${detail}.`,
  ),
  delivered: notified(({ at, detail, resolved }) =>
    resolved?.as === 'delivered'
      ? `The message was delivered, as ${resolved.by} found at ${at}${detail}.`
      : `The message was delivered, as reported at ${at}${detail}.`,
  ),
  bounced: not(({ at, detail }) => `The message came back, as reported at ${at}${detail}.`),
  complained: notified(
    ({ at, detail }) => `The message was delivered, and reported as spam at ${at}${detail}.`,
  ),
};

/** What became of a message, for a sentence. */
export interface WhatBecame {
  readonly outcome: HistoryOutcome;
  /** Whether the recipient was notified, as far as anybody knows. */
  readonly isNotified: boolean;
  /** A full sentence; empty for what was withheld. */
  readonly says: string;
}

/** What became of a notification by now, in the words of its trail. */
export const whatBecame = ({ events, decision }: Trail): WhatBecame => {
  const entry = events.reduce<HistoryDocument | undefined>(
    (before, event) =>
      history.handles.includes(event.type)
        ? {
            ...(history.evolve(before, event, decision.notificationId, () => undefined) as HistoryDocument),
            position: event.position,
          }
        : before,
    undefined,
  );
  if (!entry || entry.outcome === 'withheld') return { outcome: 'withheld', isNotified: false, says: '' };
  const { outcome, outcomeAt, attempts, detail } = entry;
  const wall = (instant: string) => onWall(instant, decision.slot.zone);
  const last = (type: string) => events.findLast((event) => event.type === type)?.data;
  const resolution = last('OutcomeResolved');
  // Older versions recorded that they gave up as a refusal.
  const isGivenUp = outcome === 'rejected' && detail?.startsWith('Given up after');
  const { isNotified, says } = SENTENCES[isGivenUp ? 'given-up' : outcome];
  const progress: Progress = {
    at: wall(outcomeAt),
    attempts,
    detail: detail ? `: ${withoutStop(detail)}` : '',
    next: nextTry(last('Deferred'), wall),
    ...(resolution ? { resolved: { by: String(resolution.by), as: String(resolution.as) } } : {}),
  };
  return { outcome, isNotified, says: says(progress) };
};

const nextTry = (
  deferral: Readonly<Record<string, unknown>> | undefined,
  wall: (instant: string) => string,
): string => {
  if (!deferral) return '';
  if (deferral.notTried) return 'The message waits, and no attempt is used up.';
  return `It is tried again at ${wall(String(deferral.nextAttemptAt))}.`;
};
