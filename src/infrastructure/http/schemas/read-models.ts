import * as z from 'zod';
import type { AgendaPage } from '../../../application/audit/get-agenda.js';
import { COVERAGE_STATES } from '../../../application/coverage/covered-decision.js';
import type { Coverage } from '../../../application/coverage/get-coverage.js';
import type { ShortfallReport } from '../../../application/coverage/get-shortfall.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { ListAnswer, Listed } from '../page-of.js';
import { decision, outcome, ruleId, withheldReason } from './decisions.js';
import { count, date, incomplete, moment, next, stale, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const agendaItem = z
  .object({
    at: moment.describe('The moment in UTC.'),
    local: z
      .object({ date, time: z.string().describe('Such as `09:00`.'), zone: z.string() })
      .meta({ id: 'LocalTime', description: 'A moment on the wall clock of a partner.' })
      .optional()
      .describe('The same moment in the zone of its partner; absent while that is not known.'),
    what: z
      .enum(['decision', 'delivery', 'notice'])
      .describe('A rule is decided, a mail is sent or retried, or the clock records that time passed.'),
    rule: ruleId.optional(),
    solutionId: z.string().optional(),
    partnerId: z.string().optional(),
    accountId: z.string().optional(),
    userId: z.string().optional(),
    notificationId: uuid.optional(),
  })
  .meta({
    id: 'AgendaItem',
    description: 'Something that happens at a known moment, as far as is known now.',
  });

export const agendaPage = sameAs<AgendaPage>()(
  z
    .object({
      now: moment,
      until: moment,
      items: z.array(agendaItem).describe('Ordered by time within the page.'),
      leftOut: count
        .optional()
        .describe('Entries of this page that were left out because the answer would have too many items.'),
      next,
      incomplete: incomplete.optional(),
    })
    .meta({ id: 'AgendaPage', description: 'What is planned for the next days.' }),
);

const person = z
  .object({
    userId: z.string(),
    partnerId: z.string(),
    name: z.string().optional(),
    email: z.string().optional(),
    role: z.string().optional(),
    locale: z.string().optional(),
    active: z.boolean(),
    contentApproval: z
      .string()
      .optional()
      .describe('As chosen; absent while the default of the solution holds.'),
    accountExpiration: z.string().optional().describe('As chosen; absent while the default holds.'),
    undeliverable: z
      .object({
        address: z.string(),
        reason: z.enum(['bounced', 'complained', 'rejected']),
        notificationId: uuid.describe('The mail that showed it.'),
        since: moment.describe('When Herald learned of it.'),
      })
      .optional()
      .describe('Why nothing more is sent to the address.'),
    stale,
  })
  .meta({ id: 'Person', description: 'A partner user and their notification settings.' });

export const peoplePage = sameAs<ListAnswer<PersonDocument>>()(
  z
    .object({ items: z.array(person), next, incomplete: incomplete.optional() })
    .meta({ id: 'PeoplePage', description: 'Partner users.' }),
);

export const account = sameAs<Listed<AccountDocument>>()(
  z
    .object({
      accountId: z.string(),
      partnerId: z.string().optional(),
      network: z.string().optional(),
      kind: z.string().optional(),
      ownerId: z.string().optional(),
      displayName: z.string().optional(),
      authorisationExpiresAt: moment.optional(),
      status: z
        .enum(['unknown', 'connected', 'expiring', 'ended', 'removed'])
        .describe('The recorded state of the authorisation.'),
      reason: z.string().optional().describe('The reason of the network if it refused the authorisation.'),
      stale,
    })
    .meta({ id: 'SocialAccount', description: 'A social account, as recorded in the log.' }),
);

export const accountPage = sameAs<ListAnswer<AccountDocument>>()(
  z
    .object({ items: z.array(account), next, incomplete: incomplete.optional() })
    .meta({ id: 'SocialAccountPage', description: 'Social accounts.' }),
);

const post = z
  .object({
    partnerId: z.string(),
    postId: z.string(),
    status: z.enum(['waiting', 'approved', 'rejected', 'withdrawn']),
    streamId: z.string().optional(),
    streamName: z.string().optional(),
    title: z.string().optional(),
    network: z.string().optional(),
    publishAt: moment.optional(),
    submittedAt: moment.optional(),
    settledAt: moment.optional(),
    stale,
  })
  .meta({ id: 'QueuedPost', description: 'One post of an approval queue.' });

export const postPage = sameAs<ListAnswer<PostDocument>>()(
  z
    .object({ items: z.array(post), next, incomplete: incomplete.optional() })
    .meta({ id: 'QueuedPostPage', description: 'Posts of approval queues.' }),
);

const byName = z.record(z.string(), count);

const counts = z
  .object({
    ...(Object.fromEntries(COVERAGE_STATES.map((state) => [state, count])) as Record<
      (typeof COVERAGE_STATES)[number],
      typeof count
    >),
    withheldBy: byName.describe('The withheld ones by reason.'),
    outcomes: byName.describe('The raised ones by outcome.'),
  })
  .meta({ id: 'CoverageCounts', description: 'How many expected decisions are in each state.' });

const coveredDecision = z
  .object({
    notificationId: uuid,
    rule: ruleId,
    solutionId: z.string(),
    partnerId: z.string(),
    accountId: z.string().optional(),
    recipientId: z.string(),
    recipientName: z.string(),
    slotAt: moment,
    slotDate: date,
    slotZone: z.string(),
    undecided: z.enum(['planned', 'due', 'lapsed', 'coalesced', 'shortfall']).optional(),
    coveredBy: uuid.optional().describe('The later digest that covers it.'),
    decision: decision.optional(),
    reason: withheldReason.optional(),
    outcome: outcome.optional(),
    decidedAt: moment.optional(),
  })
  .meta({ id: 'CoveredDecision', description: 'One expected decision, and what is on record of it.' });

export const coverage = sameAs<Coverage>()(
  z
    .object({
      date,
      now: moment,
      sentence: z.string().optional(),
      counts: counts.optional().describe('Of all examined subjects; absent where decisions are listed.'),
      groups: z
        .array(
          z
            .object({ solutionId: z.string(), rule: ruleId, counts })
            .meta({ id: 'CoverageGroup', description: 'The counts of one rule in one solution.' }),
        )
        .optional(),
      items: z.array(coveredDecision).optional().describe('The decisions in the state that was asked for.'),
      next,
      incomplete: incomplete.optional(),
    })
    .meta({
      id: 'Coverage',
      description: 'Who had to be notified at the slots of one civil date, and what became of it.',
    }),
);

export const shortfallReport = sameAs<ShortfallReport>()(
  z
    .object({
      checkedTo: moment
        .optional()
        .describe('All slots before this moment are checked; absent before the first check.'),
      missing: z
        .array(
          z
            .object({
              notificationId: uuid,
              rule: ruleId,
              partnerId: z.string(),
              accountId: z.string().optional(),
              slotAt: moment,
              slotDate: date,
            })
            .meta({ id: 'MissingDecision', description: 'An expected decision that is not on record.' }),
        )
        .describe('GET /v1/coverage with `state=shortfall` and the date of a slot has the names.'),
      more: count.describe('How many more there are; 0 for a principal that is bound to solutions.'),
    })
    .meta({ id: 'ShortfallReport', description: 'Decisions of the last days that are missing.' }),
);
