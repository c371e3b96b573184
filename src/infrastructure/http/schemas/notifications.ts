import * as z from 'zod';
import type { Summary } from '../../../application/audit/history/get-summary.js';
import type { PersonHistoryAnswer } from '../../../application/audit/people/get-person-history.js';
import type { WhyNot } from '../../../application/audit/why/ask-why-not.js';
import type { Why } from '../../../application/audit/why/get-why.js';
import type { ResolvedOutcome } from '../../../application/delivery/resolve-outcome.js';
import type { HistoryEntry } from '../../../application/read-models/history/history.js';
import { RESOLUTIONS } from '../../../domain/notification/resolution.js';
import { CSV, NDJSON } from '../exports/media-types.js';
import type { Answer } from '../openapi/operation.js';
import type { ListAnswer } from '../page-of.js';
import {
  causingEvent,
  condition,
  decision,
  outcome,
  personChange,
  ruleId,
  slot,
  subject,
  withheldReason,
} from './decisions.js';
import { count, date, incomplete, moment, next, stale, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const resolvedAs = z.enum(RESOLUTIONS);

const notification = z
  .object({
    notificationId: uuid,
    rule: ruleId,
    decision,
    reason: withheldReason.optional(),
    outcome,
    outcomeAt: moment,
    detail: z.string().optional().describe('What the server said last, or why there is no outcome.'),
    resolvedAs: resolvedAs.optional().describe('What a person made of an outcome in doubt.'),
    attempts: count,
    decidedAt: moment,
    slotAt: moment,
    slotDate: date,
    slotZone: z.string(),
    lateByMs: z.number().min(0),
    recipientId: z.string(),
    recipientName: z.string(),
    channel: z.string(),
    recipientAddress: z.string(),
    recipientEmail: z.string().optional().describe('The address where the channel is e-mail.'),
    escalation: z.boolean(),
    partnerId: z.string(),
    solutionId: z.string(),
    accountId: z.string().optional().describe('For notifications about a social account.'),
    subjectLine: z.string().optional(),
    test: z.boolean().describe('Made on a test clock.'),
    stale,
  })
  .meta({ id: 'Notification', description: 'One decision and its outcome.' });

const notificationPage = sameAs<ListAnswer<HistoryEntry>>()(
  z
    .object({ items: z.array(notification), next, incomplete: incomplete.optional() })
    .meta({ id: 'NotificationPage', description: 'Decisions that match all filters.' }),
);

/** A page of decisions, or an export of all of them. */
export const historyAnswer: Answer = {
  says: 'Decisions that match all filters: a page, or an export.',
  content: {
    'application/json': { schema: notificationPage },
    [CSV]: { schema: z.string() },
    [NDJSON]: { schema: notification },
  },
};

const byName = z.record(z.string(), count);

export const summary = sameAs<Summary>()(
  z
    .object({
      from: moment.describe('Decisions from this moment on are counted.'),
      to: moment.optional().describe('Decisions before this moment are counted; absent: all up to now.'),
      totals: z
        .object({
          decisions: count,
          raised: count,
          withheld: count,
          rules: byName,
          reasons: byName.describe('Those of the withheld ones.'),
          outcomes: byName.describe('Those of the raised ones.'),
        })
        .meta({ id: 'SummaryTotals', description: 'How many decisions there were on all days together.' }),
      rows: z
        .array(
          z
            .object({
              day: date.describe('The civil date of the decision in UTC.'),
              rule: ruleId,
              decision,
              reason: withheldReason.optional(),
              outcome,
              count,
            })
            .meta({ id: 'SummaryRow', description: 'How many decisions of one day had the same result.' }),
        )
        .describe('By day, then by the other fields.'),
      incomplete: incomplete.optional(),
    })
    .meta({ id: 'Summary', description: 'How many decisions there were, by day and result.' }),
);

const recomputed = z.object({
  agrees: z.boolean().describe('Whether the rule decides the same again.'),
  ruleVersion: z.int(),
  conditions: z.array(condition),
});

export const why = sameAs<Why>()(
  z
    .object({
      notificationId: uuid,
      sentence: z.string().describe('The complete reason as one sentence.'),
      conditions: z.array(condition),
      causes: z.array(causingEvent),
      person: z
        .object({
          preference: personChange.optional().describe('The change for which nothing was sent.'),
          addressGiven: personChange.optional().describe('The change that gave the address.'),
          addressChanged: personChange.optional().describe('The first change of the address since.'),
        })
        .describe('Who chose the preference, and who gave and changed the address.'),
      recomputed: recomputed.describe('The rule, run again on the log as it was before the decision.'),
    })
    .meta({ id: 'Why', description: 'Why a notification was raised, or withheld.' }),
);

const personKey = z
  .object({
    userId: z.string(),
    partnerId: z.string(),
    name: z.string().optional(),
    email: z.string().optional(),
  })
  .meta({ id: 'PersonKey' });

const whyNotAnswer = z
  .object({
    subject,
    sentence: z.string(),
    due: z.boolean().describe('Whether a mail to this person would be due at that moment.'),
    slot: slot.optional().describe('The first slot without a decision at that moment.'),
    conditions: z.array(condition),
    needed: z
      .array(
        z
          .object({
            condition: z.string(),
            says: z.string().describe('What would have to change, as a sentence.'),
          })
          .meta({ id: 'Need', description: 'What would have to change for a condition to hold.' }),
      )
      .describe('For each condition that does not hold, in their order: the first one failed first.'),
    last: z
      .object({
        notificationId: uuid,
        decision,
        reason: withheldReason.optional(),
        decidedAt: moment,
        slotAt: moment,
        outcome,
      })
      .optional()
      .describe('The last decision about this person up to that moment.'),
  })
  .meta({ id: 'WhyNotAnswer', description: 'The answer for one account or queue.' });

export const whyNot = sameAs<WhyNot>()(
  z
    .object({
      person: personKey,
      rule: ruleId,
      at: moment,
      answers: z.array(whyNotAnswer),
      more: z.boolean().describe('Whether the partner has further accounts; ask for one by its id.'),
      incomplete: incomplete.optional(),
    })
    .meta({ id: 'WhyNot', description: 'Why somebody was not notified, as of a moment.' }),
);

export const personHistory = sameAs<PersonHistoryAnswer>()(
  z
    .object({
      person: personKey,
      items: z.array(personChange).describe('The latest changes, oldest first.'),
      more: z.boolean().describe('Whether there are older ones that are left out.'),
      next,
    })
    .meta({ id: 'PersonHistory', description: 'Who changed what of a person, when, and by which event.' }),
);

export const resolvedOutcome = sameAs<ResolvedOutcome>()(
  z
    .object({
      notificationId: uuid,
      as: resolvedAs,
      reason: z.string(),
      by: z.string(),
      attempt: count.describe('The attempt in doubt.'),
      answer: z
        .enum(['accepted', 'rejected'])
        .optional()
        .describe("The server's own answer to that attempt, if it became known since."),
    })
    .meta({ id: 'ResolvedOutcome', description: 'What is on record now.' }),
);
