import * as z from 'zod';
import { COVERAGE_STATES } from '../../application/coverage/covered-decision.js';
import { OUTCOMES } from '../../application/read-models/history/history.js';
import { PARTNER_STATUSES } from '../../application/read-models/partners/partners.js';
import { SOLUTION_STATUSES } from '../../application/read-models/solutions/solutions.js';
import { civilDate, instant, line } from '../../application/schemas/fields.js';
import { MAX_LISTED_BEGUN_MAILS, MAX_PERSON_CHANGES, MAX_SUMMARY_DAYS } from '../../domain/bounds.js';
import { CHANNELS } from '../../domain/channels/registry.js';
import { FEEDBACK_SOURCES } from '../../domain/notification/feedback.js';
import { RESOLUTIONS } from '../../domain/notification/resolution.js';
import { RULE_IDS } from '../../domain/rules/notifications.js';
import { WITHHELD_REASONS } from '../../domain/rules/shared/reasons.js';
import { periodsInOrder } from './periods.js';

const CHANNEL_NAMES = CHANNELS.map(({ name }) => name);

/** Ids and addresses are one line: no stream has control characters in its name. */
const id = line(256);

// Examples are of samples/eight-weeks.json: a test sends them to an instance that has lived through it.
const partnerId = id.meta({ examples: ['haus-linden'] });
const solutionId = id.meta({ examples: ['aurora'] });
const accountId = id.meta({ examples: ['fb-haus-linden'] });
const personId = id.meta({ examples: ['greta'] });

/** A whole number in a query string: digits only. */
const whole = (least: number, most: number, fallback: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && !/^\d{1,9}$/.test(value) ? Number.NaN : value),
      z.coerce.number(`Expected a whole number from ${least} to ${most}.`).int().min(least).max(most),
    )
    .default(fallback);

export const page = {
  limit: whole(1, 200, 50).describe('How many, at most 200.'),
  after: z.string().min(1).max(2048).optional().describe('The `next` of the page before.'),
};

/** The page of a list without filters. */
export const pageQuery = z.strictObject(page);

const rule = z.enum(RULE_IDS).meta({ examples: RULE_IDS.slice(-1), description: 'Which notification.' });

/** Filters of the history; all must match. */
const historyFilters = {
  q: id
    .optional()
    .meta({ examples: ['greta'] })
    .describe(
      'Free text: the first of these that a decision has. The id of the notification; the recipient, as in `recipient`; the id of the account or the partner; the reason; how the subject line begins, in any case.',
    ),
  recipient: personId
    .optional()
    .describe(
      'The user id of the recipient, exactly, or any address that they have or ever had, in any case. If nobody has or had the address, or several people, the decisions that went to it.',
    ),
  channel: z.enum(CHANNEL_NAMES).optional().describe('The channel.'),
  partner: partnerId.optional().describe('The partner.'),
  solution: solutionId.optional().describe('The solution.'),
  account: id.optional().describe('The social account.'),
  rule: rule.optional(),
  decision: z.enum(['raised', 'withheld']).optional().describe('Raised, or withheld.'),
  reason: z.enum(WITHHELD_REASONS).optional().describe('Why it was withheld.'),
  outcome: z.enum(OUTCOMES).optional().describe('How far delivery is.'),
  slotFrom: instant.optional().describe('Slots from this moment on.'),
  slotTo: instant.optional().describe('Slots before this moment, which is not before `slotFrom`.'),
  from: instant.optional().describe('Decisions from this moment on.'),
  to: instant.optional().describe('Decisions before this moment, which is not before `from`.'),
};

export const historyQuery = z
  .strictObject({
    ...historyFilters,
    order: z.enum(['newest', 'oldest']).default('newest').describe('By the time of the decision.'),
    ...page,
  })
  .check(periodsInOrder());

export const summaryQuery = z
  .strictObject({
    ...historyFilters,
    from: historyFilters.from.describe(
      `Decisions from this moment on. Default: 30 days; at most ${MAX_SUMMARY_DAYS} days before \`to\`, or else today.`,
    ),
  })
  .check(periodsInOrder());

export const whyNotQuery = z.strictObject({
  person: personId.describe(
    'The user id, or any address that the person has or ever had, in any case. With `partner`, an exact user id comes first.',
  ),
  rule,
  at: instant.optional().describe('The moment to look at. Default: now.'),
  partner: partnerId.optional().describe('The partner, if the person is at several.'),
  account: id
    .optional()
    .describe(
      'One social account. Default: all of the partner. Only for notifications about social accounts.',
    ),
});

export const agendaQuery = z.strictObject({
  days: whole(1, 400, 7).describe('How many days to look ahead.'),
  partner: partnerId.optional().describe('The partner.'),
  solution: solutionId.optional().describe('The solution.'),
  ...page,
  limit: page.limit.describe(
    'How many accounts, partners and mails to read, at most 200; each may have several items.',
  ),
});

export const coverageQuery = z.strictObject({
  date: civilDate
    .meta({ examples: ['2026-02-09'] })
    .describe('The civil date of the slots, each in the zone of its partner.'),
  solution: solutionId.optional().describe('The solution.'),
  partner: partnerId.optional().describe('The partner.'),
  rule: rule.optional(),
  state: z
    .enum(COVERAGE_STATES)
    .optional()
    .describe('Lists the decisions behind this count, instead of counting.'),
  limit: page.limit.describe('With `state`: how many decisions to list, at most 200.'),
  after: page.after,
});

export const peopleQuery = z.strictObject({
  partner: partnerId.optional().describe('The partner.'),
  person: personId
    .optional()
    .describe(
      'Everybody with exactly this user id, and everybody who has or ever had this address, in any case.',
    ),
  ...page,
});

export const personParams = z.object({
  id: personId.describe(
    'The user id, or any address that the person has or ever had, in any case. With `partner`, an exact user id comes first.',
  ),
});

export const personHistoryQuery = z.strictObject({
  partner: partnerId.optional().describe('The partner, if the person is at several.'),
  limit: whole(1, MAX_PERSON_CHANGES, MAX_PERSON_CHANGES).describe(
    `How many changes, at most ${MAX_PERSON_CHANGES}: the latest ones, oldest first.`,
  ),
  after: page.after.describe('The `next` of the page before: leads to older changes.'),
});

export const accountsQuery = z.strictObject({
  partner: partnerId.optional().describe('The partner.'),
  owner: personId.optional().describe('The user who owns a personal account.'),
  status: z
    .enum(['unknown', 'connected', 'expiring', 'ended', 'removed'])
    .optional()
    .describe('The recorded state of the authorisation.'),
  ...page,
});

export const accountParams = z.object({ id: accountId.describe('The social account.') });

export const queuesQuery = z.strictObject({
  partner: partnerId.optional().describe('The partner.'),
  status: z
    .enum(['waiting', 'approved', 'rejected', 'withdrawn'])
    .optional()
    .describe('What was decided, if anything.'),
  ...page,
});

export const queueParams = z.object({ partnerId: partnerId.describe('The partner of the queue.') });

export const partnersQuery = z.strictObject({
  solution: solutionId.optional().describe('The solution that the partner is in.'),
  status: z
    .enum(PARTNER_STATUSES)
    .optional()
    .describe('Whether it is registered, has left, or is only named by events.'),
  ...page,
});

export const partnerParams = z.object({ id: partnerId.describe('The partner.') });

export const solutionsQuery = z.strictObject({
  status: z
    .enum(SOLUTION_STATUSES)
    .optional()
    .describe('Whether it is configured, or partners are only registered in it.'),
  ...page,
});

export const solutionParams = z.object({ id: solutionId.describe('The solution.') });

export const notificationParams = z.object({
  id: z
    .uuid('Expected the id of a notification, a UUID.')
    .toLowerCase()
    .meta({ examples: ['f6415639-fd3d-5b1f-bc2a-e29e6c76a06a'], description: 'The notification.' }),
});

/** Signed and opaque; only the page for recipients says what is wrong with it. */
export const unsubscribeToken = z.string().describe('The token of the link.');

export const feedbackSource = z
  .string()
  .meta({ enum: FEEDBACK_SOURCES, description: 'Which provider reports.' });

export const testClockBody = z
  .strictObject({ now: instant.describe('The moment to move to.') })
  .meta({ id: 'MoveTestClock', description: 'Where to move the test clock.' });

const reason = z
  .string()
  .trim()
  .min(1, 'Expected a reason, for the record.')
  .max(500)
  .describe('Why, for the record.');

const by = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .default('unnamed')
  .describe('Who says so, while access is open. Later it is the name of the principal.');

/** What became of a mail in doubt. */
export const resolveBody = z
  .strictObject({ as: z.enum(RESOLUTIONS), reason, by })
  .meta({ id: 'Resolution', description: 'What became of a mail in doubt.' });

/** Why sending is held. */
export const holdBody = z
  .strictObject({ reason })
  .meta({ id: 'Reason', description: 'Why it is done, for the record.' });

/** The mails started since a backup that are sent again. */
export const releaseBody = z
  .strictObject({
    reason,
    notificationIds: z
      .array(z.uuid('Expected the id of a notification, a UUID.').toLowerCase())
      .max(MAX_LISTED_BEGUN_MAILS)
      .optional()
      .describe('Which of the mails started since the backup are sent again. Default: all.'),
  })
  .meta({ id: 'SendingRelease', description: 'Why sending goes on, and what is sent again.' });

export const projectionName = z
  .string()
  .min(1)
  .max(64)
  .meta({ examples: ['history'], description: 'The projection.' });

export const differenceQuery = z.strictObject({
  samples: whole(0, 100, 10).describe('How many differences of each kind to show.'),
});

export const replayQuery = z.strictObject({
  from: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('A position: fold only events after it, for inspection. Such a replay cannot be swapped.'),
});

export const parkedQuery = z.strictObject({
  projection: projectionName.optional(),
  ...page,
});

export const documentId = z.string().min(1).max(1_100).describe('The document, as GET /v1/parked names it.');

/** The body of a request to skip an event. */
export const skipBody = z
  .strictObject({ reason, by })
  .meta({ id: 'Skip', description: 'Why the event may be skipped, and who decided it.' });

/** Filters of the access log; all must match. */
export const accessLogQuery = z
  .strictObject({
    principal: z.string().min(1).max(512).optional().describe('The id of the principal, such as key:….'),
    action: id.optional().describe('Method and route, such as GET /v1/people/:id/history.'),
    solution: id.optional().describe('The solution that it concerns.'),
    from: instant.optional().describe('From this moment on.'),
    to: instant.optional().describe('Before this moment, which is not before `from`.'),
    ...page,
  })
  .check(periodsInOrder());
