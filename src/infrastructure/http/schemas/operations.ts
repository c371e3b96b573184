import * as z from 'zod';
import type { ClockStatus } from '../../../application/clock/get-clock-status.js';
import type { SendingStatus } from '../../../application/delivery/get-sending-status.js';
import type { FeedbackSummary } from '../../../application/feedback/record-feedback.js';
import type { HealthReport } from '../../../application/operations/health-report.js';
import type { TestClockStatus } from '../../../application/schedule/get-test-clock.js';
import type { Body } from '../openapi/operation.js';
import { count, moment, position, uuid } from './fields.js';
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
      why: z.enum(['log-restored', 'operator', 'not-checked']).optional(),
      reason: z.string().optional(),
      begunSince: z
        .array(z.object({ notificationId: uuid, begunAt: moment }))
        .describe('The mails that would be sent a second time; newest first.'),
      more: z.boolean().describe('Whether there are more than are listed.'),
    })
    .meta({ id: 'SendingStatus', description: 'Whether sending is held, and why.' }),
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
