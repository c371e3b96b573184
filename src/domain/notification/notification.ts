import type { ChannelName } from '../channels/address.js';
import type { Decider, Fact, Instant } from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import type { WithheldReason } from '../rules/shared/reasons.js';
import type { RuleId } from '../rules/shared/rule-id.js';
import type { Condition } from '../rules/shared/verdict.js';
import type { AttemptResult } from './attempt-result.js';
import type { Decision, Parts, RaisedContent } from './decision.js';
import {
  evolveFeedback,
  type Feedback,
  type FeedbackEvent,
  type FeedbackRecord,
  feedbackEvent,
  isNewFeedback,
} from './feedback.js';
import { occasionOf } from './occasion.js';
import type { Phase } from './phase.js';
import type { RecordedResolution, Resolution } from './resolution.js';
import { giveUpAt, retryDelay } from './retries.js';
import { undelivered } from './undelivered.js';

interface Ref {
  readonly notificationId: string;
}

interface Attempt extends Ref {
  /** From 1. */
  readonly attempt: number;
}

interface Failure extends Attempt {
  readonly reason: string;
  /** The SMTP dialogue, without bodies and secrets. */
  readonly transcript?: readonly string[];
}

/** Why a raised notification is no longer due, before an attempt. */
interface NoLongerDue {
  /** In words. */
  readonly reason: string;
  /** The conditions that no longer hold. */
  readonly conditions: readonly Condition[];
  /** The notifications that are raised in its place. */
  readonly instead?: readonly string[];
}

/** What followed from the end of an undelivered notification. */
interface FollowedUp {
  /** The notification to the escalation contact; absent if there is none. */
  readonly escalation?: string;
}

export type NotificationCommand = { readonly at: Instant } & (
  | { readonly type: 'Raise'; readonly data: Decision; readonly content: RaisedContent }
  | { readonly type: 'Withhold'; readonly data: Decision & { readonly reason: WithheldReason } }
  | { readonly type: 'StartSend'; readonly data: Ref; readonly leaseUntil: Instant }
  | {
      readonly type: 'RecordResult';
      readonly data: Attempt;
      readonly result: AttemptResult;
      /** From 0 to 1, the same for the same attempt; spreads retries. */
      readonly jitter: number;
      /** How long a mail is tried, in milliseconds from its decision. */
      readonly giveUpAfter: number;
      /** The event of the start that the result belongs to, if the attempt was to start. */
      readonly startId?: string;
    }
  /** It was due too long ago to be sent. */
  | { readonly type: 'GiveUp'; readonly data: Ref; readonly giveUpAfter: number }
  /** `goneStartId`: the start of an attempt whose sender has certainly ended; its lease need not be over. */
  | { readonly type: 'GiveUpLostSend'; readonly data: Ref; readonly goneStartId?: string }
  | { readonly type: 'Resolve'; readonly data: Ref & Resolution }
  | { readonly type: 'Supersede'; readonly data: Ref & NoLongerDue }
  | { readonly type: 'FollowUp'; readonly data: Ref & FollowedUp }
  /** A raised notification is not sent after all. The reason says why, and whether the recipient may have the mail. */
  | { readonly type: 'KeepBack'; readonly data: Ref; readonly reason: string }
  /** `at` is when it happened, by the clock of whoever reports it. */
  | { readonly type: 'RecordFeedback'; readonly data: Ref; readonly feedback: Feedback }
);

export type NotificationEvent =
  | Fact<'NotificationRaised', Decision & Omit<RaisedContent, 'parts'>>
  | Fact<
      'ContentFrozen',
      Ref & { readonly channel: ChannelName; readonly contentHash: string; readonly parts: Parts }
    >
  | Fact<'NotificationWithheld', Decision & { readonly reason: WithheldReason }>
  | Fact<
      'SendStarted',
      Attempt & {
        readonly leaseUntil: Instant;
        /** What the mail is about, where its id would be another one if the log were restored. */
        readonly occasion?: string;
      }
    >
  | Fact<'Accepted', Attempt & { readonly reply: string; readonly messageId: string }>
  | Fact<
      'Deferred',
      Failure & {
        readonly nextAttemptAt: Instant;
        /** Whose failure it was; absent in old logs. */
        readonly about?: 'mail' | 'relay' | 'sender' | 'shutdown';
        /** The server was not contacted: no attempt is used up. */
        readonly notTried?: true;
      }
    >
  | Fact<
      'Rejected',
      Failure & {
        /** Whose failure it was; absent in old logs. */
        readonly about?: 'recipient' | 'mail';
        /** The address cannot be used for any mail (RFC 3463, 5.1.x). */
        readonly addressUnusable?: true;
      }
    >
  | Fact<'GivenUp', Failure & { readonly about?: 'mail' }>
  | Fact<'OutcomeUnknown', Failure>
  | Fact<'OutcomeResolved', Attempt & Resolution>
  | Fact<'Superseded', Attempt & NoLongerDue>
  | Fact<'FollowedUp', Attempt & FollowedUp>
  | FeedbackEvent;

export interface NotificationState {
  readonly phase: Phase;
  readonly rule?: RuleId;
  /** Whose people were decided about: an account may be moved to another partner. */
  readonly partnerId?: string;
  /** What it is about, where its id would be another one if the log were restored. */
  readonly occasion?: string;
  /** The number of the last attempt. */
  readonly attempts: number;
  /** Attempts deferred by the server or the network; attempts that were not made do not count. */
  readonly deferrals: number;
  /** Since when it is to be sent: its decision, or a person's request to send it again. */
  readonly dueSince?: Instant;
  /** The event that the last attempt was started by. */
  readonly startId?: string;
  /** While sending: when the sender's lease ends. */
  readonly leaseUntil?: Instant;
  /** While waiting after a deferral: when to try next. */
  readonly nextAttemptAt?: Instant;
  /** What follows from its being undelivered is done. */
  readonly followedUp?: true;
  /** It was superseded, and others were raised in its place. */
  readonly hasSubstitute?: true;
  /** What a person last said of an attempt in doubt. */
  readonly resolution?: RecordedResolution;
  /** The number of the last post that a digest covers. */
  readonly upTo?: number;
  /** What became of the mail after the mail server had it, as far as it was reported. */
  readonly feedback?: FeedbackRecord;
}

/** The life of one message to one person: one decision, then attempts until there is an outcome. */
export const Notification: Decider<NotificationState, NotificationCommand, NotificationEvent> = {
  category: 'notification',
  schemaVersion: 2,
  initialState: { phase: 'none', attempts: 0, deferrals: 0 },
  decide: (command, state) => {
    const occurredAt = command.at;
    switch (command.type) {
      case 'Raise': {
        if (state.phase !== 'none') throw alreadyDecided(command.data.notificationId);
        const { parts, ...raised } = command.content;
        const { notificationId, recipient } = command.data;
        const { channel } = recipient.address;
        const frozen = { notificationId, channel, contentHash: raised.contentHash, parts };
        return [
          { type: 'NotificationRaised', data: { ...command.data, ...raised }, occurredAt },
          { type: 'ContentFrozen', data: frozen, occurredAt },
        ];
      }
      case 'Withhold':
        if (state.phase !== 'none') throw alreadyDecided(command.data.notificationId);
        return [{ type: 'NotificationWithheld', data: command.data, occurredAt }];
      case 'StartSend': {
        const ready = state.phase === 'waiting' && (state.nextAttemptAt ?? '') <= command.at;
        if (!ready) return [];
        const { notificationId } = command.data;
        const data = {
          ...{ notificationId, attempt: state.attempts + 1, leaseUntil: command.leaseUntil },
          ...(state.occasion === undefined ? {} : { occasion: state.occasion }),
        };
        return [{ type: 'SendStarted', data, occurredAt }];
      }
      case 'RecordResult':
        if (!isAwaited(command, state)) return [];
        return [{ ...resultOf(command, state), occurredAt } as NotificationEvent];
      case 'GiveUp': {
        if (state.phase !== 'waiting' || command.at < giveUpAt(state, command.giveUpAfter)) return [];
        const reason = `Given up ${triedUntilThen(state)}`;
        const data = { ...command.data, attempt: state.attempts, reason };
        return [{ type: 'GivenUp', data, occurredAt }];
      }
      case 'KeepBack': {
        if (state.phase !== 'waiting') return [];
        const data = { ...command.data, attempt: state.attempts, reason: command.reason };
        return [{ type: 'OutcomeUnknown', data, occurredAt }];
      }
      case 'Resolve': {
        if (isRepeated(command, state)) return [];
        if (state.phase !== 'unknown') throw notInDoubt(command.data.notificationId, state);
        const data = { ...command.data, attempt: state.attempts };
        return [{ type: 'OutcomeResolved', data, occurredAt }];
      }
      case 'Supersede':
        if (state.phase !== 'waiting') return [];
        return [{ type: 'Superseded', data: { ...command.data, attempt: state.attempts }, occurredAt }];
      case 'FollowUp':
        if (!undelivered(state) || state.followedUp) return [];
        return [{ type: 'FollowedUp', data: { ...command.data, attempt: state.attempts }, occurredAt }];
      case 'GiveUpLostSend': {
        const { goneStartId } = command;
        const isGone = goneStartId !== undefined && goneStartId === state.startId;
        const isLost = isGone || (state.leaseUntil ?? '') <= command.at;
        if (state.phase !== 'sending' || !isLost) return [];
        const { notificationId } = command.data;
        const reason =
          'The result of the attempt is not known: the mail server may have the mail. Look at its log before sending again.';
        return [
          { type: 'OutcomeUnknown', data: { notificationId, attempt: state.attempts, reason }, occurredAt },
        ];
      }
      case 'RecordFeedback':
        if (!awaitsFeedback(state, command.feedback, command.at)) return [];
        return [feedbackEvent(command.data.notificationId, command.feedback, command.at)];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'NotificationRaised': {
        const occasion = occasionOf(event.data);
        return {
          ...state,
          phase: 'waiting',
          ...{ rule: event.data.rule, partnerId: event.data.partnerId },
          dueSince: event.occurredAt,
          ...(event.data.upTo === undefined ? {} : { upTo: event.data.upTo }),
          ...(occasion === undefined ? {} : { occasion }),
        };
      }
      case 'NotificationWithheld':
        return { ...state, phase: 'withheld', rule: event.data.rule, partnerId: event.data.partnerId };
      case 'ContentFrozen':
        return state;
      case 'SendStarted': {
        const { nextAttemptAt: _, ...rest } = state;
        const { attempt, leaseUntil } = event.data;
        return { ...rest, phase: 'sending', attempts: attempt, leaseUntil, startId: event.eventId };
      }
      case 'Accepted':
        return afterAnswer(state, event.data.attempt, 'accepted');
      case 'Deferred':
        return {
          ...state,
          phase: unlessArrived(state, 'waiting'),
          attempts: Math.max(state.attempts, event.data.attempt),
          nextAttemptAt: event.data.nextAttemptAt,
          deferrals: state.deferrals + (event.data.notTried ? 0 : 1),
        };
      case 'Rejected':
        return afterAnswer(withAttempt(state, event.data.attempt), event.data.attempt, 'rejected');
      case 'GivenUp':
        return { ...withAttempt(state, event.data.attempt), phase: unlessArrived(state, 'given-up') };
      case 'OutcomeUnknown':
        return { ...state, phase: unlessArrived(state, 'unknown') };
      case 'Superseded':
        return {
          ...state,
          phase: 'superseded',
          ...(event.data.instead?.length ? { hasSubstitute: true } : {}),
        };
      case 'FollowedUp':
        return { ...state, followedUp: true };
      case 'OutcomeResolved': {
        const { nextAttemptAt: _, ...rest } = state;
        const { as, reason, by, attempt } = event.data;
        const resolved = { ...rest, phase: RESOLVED_PHASE[as], resolution: { as, reason, by, attempt } };
        return as === 'resend' ? { ...resolved, dueSince: event.occurredAt } : resolved;
      }
      case 'Delivered':
      case 'Bounced':
      case 'Complained':
        return {
          ...state,
          phase: PHASE_AFTER[event.type],
          feedback: evolveFeedback(state.feedback ?? {}, event),
        };
    }
  },
};

const PHASE_AFTER = { Delivered: 'delivered', Bounced: 'bounced', Complained: 'complained' } as const;

/** Whether the mail may have left: only then can anybody know what became of it. */
export const mayHaveLeft = ({ phase, startId, resolution }: NotificationState): boolean =>
  startId !== undefined || resolution !== undefined || phase === 'unknown';

/** Whether feedback is to be recorded: the mail may have left, and the feedback is news. */
export const awaitsFeedback = (state: NotificationState, feedback: Feedback, at: Instant): boolean =>
  mayHaveLeft(state) && isNewFeedback(state.feedback ?? {}, feedback, at);

const alreadyDecided = (notificationId: string): HeraldError =>
  new HeraldError(
    'already-decided',
    `Notification ${notificationId} has already been decided, and a decision never changes.`,
  );

type RecordResult = Extract<NotificationCommand, { type: 'RecordResult' }>;

/**
 * A refusal may come before the attempt is on record as started. A late answer of the server counts, although the attempt was declared
 * lost meanwhile, or a person has said what became of it: it is the truth.
 */
const isAwaited = (
  { data, result, startId }: RecordResult,
  { phase, attempts, resolution, startId: started }: NotificationState,
): boolean => {
  const { outcome } = result;
  if (phase === 'waiting' && data.attempt === attempts + 1)
    return outcome === 'deferred' || outcome === 'rejected';
  if (phase === 'sending' && data.attempt === attempts) return startId === undefined || startId === started;
  if (outcome !== 'accepted' && outcome !== 'rejected') return false;
  if (phase === 'unknown' && attempts === data.attempt) return true;
  return resolution?.attempt === data.attempt && !resolution.answer;
};

/** An attempt that failed before it was on record as started counts from its result on. */
const withAttempt = (state: NotificationState, attempt: number): NotificationState => ({
  ...state,
  attempts: Math.max(state.attempts, attempt),
});

/** After the server's answer to an attempt, which may be late. */
const afterAnswer = (
  state: NotificationState,
  attempt: number,
  answer: 'accepted' | 'rejected',
): NotificationState => {
  const { phase, attempts, resolution } = state;
  if (resolution?.attempt !== attempt) return { ...state, phase: unlessArrived(state, answer) };
  const answered = { ...state, resolution: { ...resolution, answer } };
  // What a person has asked to be sent again is not sent again once it is known to have arrived, and still is if it was refused.
  if (resolution.as !== 'resend') return { ...answered, phase: answer };
  const isUnderWay = phase === 'sending' && attempts > attempt;
  return answer === 'accepted' && !isUnderWay ? { ...answered, phase: answer } : answered;
};

/** The phase after a further attempt, unless the one before it has arrived after all. */
const unlessArrived = ({ resolution }: NotificationState, phase: Phase): Phase =>
  resolution?.answer === 'accepted' ? 'accepted' : phase;

const RESOLVED_PHASE = { delivered: 'delivered', resend: 'waiting', abandoned: 'abandoned' } as const;

type Resolve = Extract<NotificationCommand, { type: 'Resolve' }>;

/** The same was said before, and nothing has come into doubt since. */
const isRepeated = ({ data }: Resolve, { phase, resolution }: NotificationState): boolean =>
  phase !== 'unknown' &&
  resolution?.as === data.as &&
  resolution.reason === data.reason &&
  resolution.by === data.by;

const notInDoubt = (notificationId: string, { phase, resolution }: NotificationState): HeraldError => {
  const before = resolution ? `; ${resolution.by} has resolved it as ${resolution.as}` : '';
  return new HeraldError(
    'not-in-doubt',
    `The outcome of notification ${notificationId} is not in doubt: it is ${phase}${before}. GET /v1/notifications/${notificationId} shows its trail; only an outcome-unknown can be resolved.`,
  );
};

const resultOf = (
  { at, data, result, jitter, giveUpAfter }: RecordResult,
  state: NotificationState,
): Omit<NotificationEvent, 'occurredAt'> => {
  if (result.outcome === 'accepted')
    return { type: 'Accepted', data: { ...data, reply: result.reply, messageId: result.messageId } };
  const { outcome, isUnasked: _, ...failure } = result;
  switch (outcome) {
    case 'rejected':
      return { type: 'Rejected', data: { ...data, ...failure } };
    case 'unknown':
      return { type: 'OutcomeUnknown', data: { ...data, ...failure } };
    case 'not-tried':
      // The attempt was not made, so it does not count, and the notification is due at once.
      return { type: 'Deferred', data: { ...data, ...failure, nextAttemptAt: at, notTried: true } };
    case 'deferred': {
      const failures = state.deferrals + 1;
      const lastAt = giveUpAt(state, giveUpAfter);
      if (at >= lastAt) {
        const reason = `Given up after ${attemptsOf(failures)}. The last: ${result.reason}`;
        return { type: 'GivenUp', data: { ...data, ...failure, reason } };
      }
      const next = retryDelay(at, failures, jitter);
      // The last attempt is made when its time is over.
      return {
        type: 'Deferred',
        data: { ...data, ...failure, nextAttemptAt: next < lastAt ? next : lastAt },
      };
    }
  }
};

/** What was tried with a mail until it had been due for too long. */
const triedUntilThen = (state: NotificationState): string => {
  if (state.deferrals > 0) return `after ${attemptsOf(state.deferrals)}: it has been due for too long.`;
  const unusable =
    'the mail server could not be used, or sending was held, until it had been due for too long.';
  return mayHaveLeft(state) ? `before it was sent again: ${unusable}` : `without an attempt: ${unusable}`;
};

const attemptsOf = (count: number): string => `${count} attempt${count === 1 ? '' : 's'}`;
