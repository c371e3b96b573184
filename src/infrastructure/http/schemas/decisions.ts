import * as z from 'zod';
import type { NotificationDetails } from '../../../application/audit/history/get-notification.js';
import type { FieldChange, PersonChange } from '../../../application/audit/people/person-history.js';
import type { CausingEvent } from '../../../application/audit/why/get-why.js';
import { OUTCOMES } from '../../../application/read-models/history/history.js';
import type { Slot } from '../../../domain/calendar/calendar.js';
import { UNREACHED_REASONS } from '../../../domain/rules/shared/escalation.js';
import { WITHHELD_REASONS } from '../../../domain/rules/shared/reasons.js';
import type { Condition, Subject } from '../../../domain/rules/shared/verdict.js';
import { count, date, facts, moment, position, uuid } from './fields.js';
import { sameAs } from './same-as.js';

// What a decision is made of: for a notification, for why and for why-not.

/** The id of a rule. A log may hold rules of other versions of Herald, so this is no list of values. */
export const ruleId = z.string().describe('The notification, such as `account-expired`.');

export const decision = z.enum(['raised', 'withheld']);

export const withheldReason = z.enum(WITHHELD_REASONS).meta({
  id: 'WithheldReason',
  description: 'Why somebody was not notified although there was an occasion.',
});

export const condition = sameAs<Condition>()(
  z
    .object({
      name: z.string().describe('Such as `has-not-opted-out`.'),
      holds: z.boolean(),
      says: z.string().describe('A full sentence, whether it holds or not.'),
      facts: facts.optional().describe('The values that it was decided by.'),
      withholds: withheldReason
        .optional()
        .describe('The reason for which the decision is withheld if the condition does not hold.'),
    })
    .meta({ id: 'Condition', description: 'One requirement of a rule.' }),
);

export const slot = sameAs<Slot>()(
  z
    .object({
      key: z.string().describe('Its part in the identity of the notification.'),
      date: date.describe('The civil date.'),
      at: moment.describe('The moment of that date.'),
      zone: z.string().describe('The IANA time zone.'),
    })
    .meta({ id: 'Slot', description: 'The date and time that a notification is meant for.' }),
);

export const subject = sameAs<Subject>()(
  z
    .object({ kind: z.enum(['socialAccount', 'approvalQueue']), id: z.string() })
    .meta({ id: 'Subject', description: 'What a notification is about.' }),
);

const cause = { eventId: uuid, position, type: z.string().describe('The type of the event in the log.') };

const recipient = {
  userId: z.string().describe('A partner user, or `*escalation` or `*nobody`.'),
  name: z.string(),
  address: z
    .object({ channel: z.string(), value: z.string() })
    .meta({ id: 'Address', description: 'Where somebody is reached.' }),
  locale: z.string(),
  email: z.string().optional().describe('The address if the channel is e-mail.'),
};

export const causingEvent = sameAs<CausingEvent>()(
  z
    .object({
      ...cause,
      stream: z.string(),
      occurredAt: moment.describe('When it happened.'),
      recordedAt: moment.describe('When Herald learned of it.'),
      source: z.string().optional().describe('The source of the CloudEvent.'),
      sourceId: z.string().optional().describe('The id of the CloudEvent.'),
      data: facts,
    })
    .meta({
      id: 'CausingEvent',
      description: 'An event that a decision follows from, as stored in the log.',
    }),
);

const fieldChange = sameAs<FieldChange>()(
  z.object({ field: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }).meta({
    id: 'FieldChange',
    description: 'One field, before and after; absent where it had no value.',
  }),
);

export const personChange = sameAs<PersonChange>()(
  z
    .object({
      ...cause,
      occurredAt: moment.describe('When it happened.'),
      recordedAt: moment.describe('When Herald learned of it.'),
      revision: count.describe('Which event of the partner it is, from 0.'),
      actor: z.string().describe('`platform`, or whoever else caused the event.'),
      via: z.string().optional().describe('`unsubscribe-link`: the act of the person.'),
      source: z.string().optional().describe('The source of the CloudEvent.'),
      sourceId: z.string().optional().describe('The id of the CloudEvent.'),
      changes: z
        .array(fieldChange)
        .describe('What changed by it; empty if newer facts were known, or nothing is different.'),
      asSent: z
        .record(z.string(), z.string())
        .optional()
        .describe('What the platform sent for texts that were cleaned or converted, by field.'),
    })
    .meta({ id: 'PersonChange', description: 'One event about a person.' }),
);

const undelivered = z
  .object({
    notificationId: uuid,
    userId: z.string(),
    outcome: z.enum([...UNREACHED_REASONS, 'sender-refused']),
    isOwner: z.boolean().optional(),
    name: z.string(),
    address: z.string(),
    sender: z.string(),
    reply: z.string().optional(),
  })
  .meta({ id: 'UndeliveredNotification', description: 'The notification that did not reach this person.' });

/** What is recorded of a decision. */
export const recordedDecision = z
  .object({
    notificationId: uuid,
    rule: ruleId,
    ruleVersion: z.int(),
    subject,
    partnerId: z.string(),
    solutionId: z.string(),
    recipient: z.object(recipient).meta({ id: 'Recipient' }),
    escalation: z.boolean().describe('Addressed to the escalation contact.'),
    slot,
    lateBy: z.number().min(0).describe('Milliseconds from the slot to the decision.'),
    reason: withheldReason.optional(),
    conditions: z.array(condition),
    causes: z.array(z.object(cause).meta({ id: 'Cause', description: 'An event in the log.' })),
    upTo: z.int().optional().describe('The number of the last post that a digest covers.'),
    requestId: z.string().optional().describe('The Send Now that it answers.'),
    covers: z
      .array(z.object({ from: z.int(), to: z.int() }))
      .optional()
      .describe('The numbers of the posts that were new to the reader of a digest.'),
    instead: uuid.optional().describe('The superseded notification in whose place it is.'),
    undelivered: undelivered.optional(),
    seen: z
      .record(z.string(), z.int())
      .optional()
      .describe(
        'The facts that it was made on: by stream (`approvalQueue`, `socialAccount`, `partner`, `solution`) the revision of the last event, -1 for none.',
      ),
    test: z.boolean().describe('Made on a test clock.'),
    template: z.string().optional(),
    locale: z.object({ requested: z.string(), used: z.string() }).optional(),
    contentHash: z.string().optional(),
    subjectLine: z.string().optional(),
    from: z.object({ name: z.string(), address: z.string() }).optional(),
    unsubscribeUrl: z.string().optional(),
  })
  .meta({ id: 'Decision', description: 'A decision as it is on record.' });

/** How far delivery is. */
export const outcome = z.enum(OUTCOMES).meta({
  id: 'Outcome',
  description: 'How far delivery is; `withheld` if there is nothing to deliver.',
});

const trailStep = z
  .object({
    type: z.string(),
    occurredAt: moment,
    recordedAt: moment,
    actor: z.string(),
    eventId: uuid,
    position,
    data: facts,
  })
  .meta({ id: 'TrailStep', description: 'One step in the life of a notification.' });

export const notificationDetails = sameAs<NotificationDetails>()(
  z
    .object({
      notificationId: uuid,
      decision,
      decidedAt: moment,
      outcome: outcome.describe('How far delivery is, as the trail says.'),
      channel: z.string(),
      details: recordedDecision,
      trail: z.array(trailStep).describe('The decision and everything since, oldest first.'),
      content: z
        .object({
          channel: z.string(),
          contentHash: z.string(),
          parts: z
            .record(z.string(), z.string())
            .describe('By name: `subject`, `html` and `text` of a mail.'),
        })
        .optional()
        .describe('As it was or would be sent; absent if it was withheld.'),
      mail: z
        .object({ subjectLine: z.string(), html: z.string(), text: z.string(), contentHash: z.string() })
        .meta({ id: 'Mail' })
        .optional()
        .describe('The content if the channel is e-mail.'),
    })
    .meta({ id: 'NotificationDetails', description: 'One notification with its trail and its content.' }),
);
