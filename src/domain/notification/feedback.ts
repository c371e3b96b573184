import type { Fact, Instant } from '../kernel/event.js';

/** Where feedback comes from. */
export const FEEDBACK_SOURCES = ['ses', 'sendgrid', 'postmark', 'standard', 'mail'] as const;

export type FeedbackSource = (typeof FEEDBACK_SOURCES)[number];

/** What became of a mail after the mail server had accepted it. */
export type Feedback = { readonly source: FeedbackSource; readonly reason?: string | undefined } & (
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'bounced';
      /** The address does not work and will not: nothing more is sent to it. */
      readonly hard: boolean;
      /** The enhanced status code, RFC 3463: `5.1.1`. */
      readonly status?: string | undefined;
    }
  | { readonly kind: 'complained' }
);

interface About {
  readonly notificationId: string;
  readonly source: FeedbackSource;
  /** What the recipient's server or the provider said. */
  readonly reason?: string | undefined;
}

export type FeedbackEvent =
  | Fact<'Delivered', About>
  | Fact<'Bounced', About & { readonly hard: boolean; readonly status?: string | undefined }>
  | Fact<'Complained', About>;

/** When each kind of feedback happened; each is recorded once. */
export type FeedbackRecord = Readonly<
  Partial<Record<'delivered' | 'soft-bounce' | 'hard-bounce' | 'complaint', Instant>>
>;

type Kind = keyof FeedbackRecord;

/** Whether the address is not to be written to any more: a hard bounce, or a complaint. */
export const isAgainstAddress = (feedback: Feedback): boolean =>
  feedback.kind === 'complained' || (feedback.kind === 'bounced' && feedback.hard);

/**
 * Whether feedback changes what is known. Providers repeat feedback, and send it in any order: a hard bounce or a complaint is the
 * last word, and of a delivery and a soft bounce the later one counts.
 */
export const isNewFeedback = (known: FeedbackRecord, feedback: Feedback, at: Instant): boolean => {
  const kind = kindOf(feedback);
  if (known[kind] !== undefined || known.complaint !== undefined) return false;
  if (isAgainstAddress(feedback)) return true;
  const other = kind === 'delivered' ? known['soft-bounce'] : known.delivered;
  return known['hard-bounce'] === undefined && (other === undefined || other <= at);
};

/** The event that records feedback. */
export const feedbackEvent = (notificationId: string, feedback: Feedback, at: Instant): FeedbackEvent => {
  const { source, reason } = feedback;
  const about = { notificationId, source, ...(reason ? { reason } : {}) };
  switch (feedback.kind) {
    case 'delivered':
      return { type: 'Delivered', data: about, occurredAt: at };
    case 'complained':
      return { type: 'Complained', data: about, occurredAt: at };
    case 'bounced': {
      const { hard, status } = feedback;
      return { type: 'Bounced', data: { ...about, hard, ...(status ? { status } : {}) }, occurredAt: at };
    }
  }
};

/** What is known after one more event. */
export const evolveFeedback = (known: FeedbackRecord, event: FeedbackEvent): FeedbackRecord => ({
  ...known,
  [kindOfEvent(event)]: event.occurredAt,
});

const kindOf = (feedback: Feedback): Kind => {
  if (feedback.kind === 'bounced') return feedback.hard ? 'hard-bounce' : 'soft-bounce';
  return feedback.kind === 'delivered' ? 'delivered' : 'complaint';
};

const kindOfEvent = ({ type, data }: FeedbackEvent): Kind => {
  if (type === 'Bounced') return data.hard ? 'hard-bounce' : 'soft-bounce';
  return type === 'Delivered' ? 'delivered' : 'complaint';
};
