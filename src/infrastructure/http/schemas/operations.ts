import * as z from 'zod';
import type { ClockStatus } from '../../../application/clock/get-clock-status.js';
import type { SendingStatus } from '../../../application/delivery/get-sending-status.js';
import type { FeedbackSummary } from '../../../application/feedback/record-feedback.js';
import { WORKER_STATES, type WorkersStatus } from '../../../application/operations/get-workers.js';
import type { HealthReport } from '../../../application/operations/health-report.js';
import type { Setting } from '../../../application/ports/settings.js';
import type { TestClockStatus } from '../../../application/schedule/get-test-clock.js';
import type { Body } from '../openapi/operation.js';
import type { Page } from '../page-of.js';
import { behindEvents, count, heldShare, moment, next, position, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const healthStatus = z.enum(['ok', 'degraded', 'down']);

export const healthReport = sameAs<HealthReport>()(
  z
    .object({
      status: healthStatus.describe('The worst status of all parts.'),
      parts: z.array(
        z.object({
          part: z.string().describe('Such as `event-store`.'),
          status: healthStatus,
          says: z.string().optional().describe('What is wrong and what to do; absent while it is ok.'),
        }),
      ),
    })
    .meta({ id: 'HealthReport', description: 'How each part is. `degraded`: an operator should look.' }),
);

export const live = z
  .object({ status: z.literal('ok') })
  .meta({ id: 'Live', description: 'The process is alive.' });

export const clockStatus = sameAs<ClockStatus>()(
  z
    .object({
      now: moment.describe('What the clock of the machine says.'),
      trusted: z.boolean().describe('Whether the clock is believed. While it is not, no decisions are made.'),
      expected: moment
        .optional()
        .describe('While it is not believed: the expected moment, which is used for dates.'),
      needsConfirmation: z
        .boolean()
        .optional()
        .describe('While it is not believed: whether an operator has to confirm it.'),
      behind: z
        .object({ position, recordedAt: moment })
        .optional()
        .describe('An event that was recorded at a future moment.'),
    })
    .meta({ id: 'ClockStatus', description: 'What the clock says, and whether it is believed.' }),
);

export const testClock = sameAs<TestClockStatus>()(
  z
    .object({
      now: moment,
      test: z.literal(true),
      movingTo: moment.optional().describe('While it is moving: where to.'),
    })
    .meta({ id: 'TestClock', description: 'Where the test clock stands, and whether it is moving.' }),
);

export const testClockMove = z
  .object({
    now: moment,
    test: z.literal(true),
    stopped: z.literal(true).optional().describe('It was stopped before it reached its target.'),
  })
  .meta({ id: 'TestClockMove', description: 'Where the move of the test clock ended.' });

export const sendingStatus = sameAs<SendingStatus>()(
  z
    .object({
      held: z.boolean(),
      why: z
        .enum(['log-restored', 'record-lost', 'operator', 'not-checked'])
        .optional()
        .describe('`record-lost`: a record that can hold sending was damaged or removed.'),
      reason: z.string().optional(),
      lost: z.array(z.string()).optional().describe('The records that were lost, each with what it knew.'),
      begunSince: z
        .array(z.object({ notificationId: uuid, begunAt: moment }))
        .describe('The mails that would be sent a second time; newest first.'),
      more: z.boolean().describe('Whether there are more than are listed.'),
    })
    .meta({ id: 'SendingStatus', description: 'Whether sending is held, and why.' }),
);

const circuit = {
  state: z
    .enum(['closed', 'open', 'probing'])
    .describe('`open`: messages wait. `probing`: one of them is tried.'),
  since: moment.optional().describe('Since when it is open.'),
  reason: z.string().optional().describe('What the server said last, without addresses.'),
  nextProbeAt: moment.optional().describe('When one message is tried next.'),
};

const worker = z
  .object({
    worker: z.enum(['decisions', 'delivery']),
    channel: z.string().optional().describe('The channel of a worker of deliveries.'),
    state: z
      .enum(WORKER_STATES)
      .describe(
        '`clock-in-doubt`: it waits until the clock is believed. `held`: sending is held. `relay-fails`: it tries one message from time to time.',
      ),
    concurrency: count.describe('How many items it processes at once, at most.'),
    inFlight: count,
    processed: count.describe('Since this instance began.'),
    idleMs: count.optional().describe('Milliseconds since an item began or ended; absent if none has.'),
    backlog: count.describe('What is due and not done; at most 500 of each lane are counted.'),
    oldestDueAt: moment.optional(),
  })
  .meta({ id: 'Worker', description: 'A worker of this instance.' });

const readModelWriter = z
  .object({
    projection: z.string(),
    writes: z.boolean().describe('Whether this instance writes it; exactly one instance does.'),
    behind: behindEvents,
    share: heldShare,
    parked: count.describe('How many of its documents are parked.'),
  })
  .meta({ id: 'ReadModelWriter', description: 'The writer of a read model.' });

const lease = z
  .object({
    name: z.string().describe('What it is about, such as `projection:history`.'),
    holder: z.string().optional().describe('Where its holder runs; absent while nobody holds it.'),
    mine: z.boolean().describe('Whether this instance holds it.'),
    token: count.describe('The fencing token: increases with every new holder.'),
    unchangedMs: count.describe(
      'For how many milliseconds this instance has seen it without a renewal; another instance takes it after 6,000.',
    ),
  })
  .meta({ id: 'Lease', description: 'The right of one instance to do a kind of work.' });

const channel = z
  .object({
    channel: z.string(),
    relay: z.object(circuit).meta({ id: 'Circuit', description: 'A circuit breaker.' }),
    heldSenders: z.array(
      z
        .object({ sender: z.string(), ...circuit })
        .meta({ id: 'HeldSender', description: 'A sender that a policy refuses: its mails wait.' }),
    ),
  })
  .meta({ id: 'ChannelStatus', description: 'Whether the relay of a channel works, and for whom.' });

export const workersStatus = sameAs<WorkersStatus>()(
  z
    .object({
      now: moment,
      instance: z.string().describe('Where this instance runs.'),
      workers: z.array(worker),
      readModels: z.array(readModelWriter),
      leases: z.array(lease),
      channels: z.array(channel),
    })
    .meta({ id: 'Workers', description: 'What this instance does at the moment.' }),
);

const setting = z
  .object({
    name: z.string().describe('Such as `HERALD_PORT`.'),
    value: z
      .string()
      .nullable()
      .describe('Without passwords and options; `set` for a secret; null if it is not set.'),
    default: z.string().nullable().describe('The value if nobody sets it; null if there is none.'),
    isDefault: z.boolean(),
    secret: z.boolean().describe('Its value is never shown.'),
    says: z.string().describe('What it is, as one sentence.'),
  })
  .meta({ id: 'Setting', description: 'One setting of this instance.' });

export const settingsPage = sameAs<Page<Setting>>()(
  z
    .object({ items: z.array(setting), next })
    .meta({ id: 'SettingsPage', description: 'The settings of this instance.' }),
);

export const feedbackSummary = sameAs<FeedbackSummary>()(
  z
    .object({
      recorded: count,
      known: count.describe('Reports that were known already.'),
      unmatched: count.describe('Reports about no mail of Herald.'),
      ignored: count.describe('Reports about nothing that Herald records.'),
    })
    .meta({ id: 'FeedbackSummary', description: 'What became of the reports.' }),
);

const report = z
  .looseObject({})
  .describe('What the provider sends; docs/feedback.md names its documentation.');

/** What providers send. Each proves itself by its signature or password over the bytes of the body. */
export const feedbackBody: Body = {
  says: 'What the provider sends, or for `mail` the mail as it arrived.',
  content: {
    'application/json': { schema: z.union([report, z.array(report)]) },
    'text/plain': { schema: z.string() },
    'message/rfc822': { schema: z.string() },
  },
};

export const FEEDBACK_ERRORS = [
  'feedback-not-configured',
  'feedback-refused',
  'feedback-unverified',
  'json-too-complex',
  'not-found',
  'unsupported-content-type',
] as const;
