import * as z from 'zod';
import type { OutboxPage } from '../../../application/mails/list-outbox.js';
import type { MailTemplate } from '../../../application/mails/list-templates.js';
import { MAIL_VARIANTS } from '../../../application/mails/mail-variant.js';
import type { Page } from '../page-of.js';
import { ruleId } from './decisions.js';
import { incomplete, moment, next, uuid } from './fields.js';
import { sameAs } from './same-as.js';

const template = z
  .object({
    rule: ruleId,
    title: z.string().describe('The name of the rule in words.'),
    variant: z.enum(MAIL_VARIANTS),
    says: z.string().describe('When this variant is sent, as a sentence.'),
    template: z.string().describe('Name and version, such as `account-expired@1`.'),
    subject: z.string().describe('The subject of its sample.'),
    locales: z.array(z.string()).describe('The languages that it is worded in.'),
  })
  .meta({ id: 'MailTemplate', description: 'A mail that Herald can send.' });

export const templatePage = sameAs<Page<MailTemplate>>()(
  z
    .object({ items: z.array(template), next })
    .meta({ id: 'MailTemplatePage', description: 'Every mail that Herald can send.' }),
);

const outboxMail = z
  .object({
    file: z.string().describe('The name of its file in the folder.'),
    sentAt: moment.describe('When its latest attempt started.'),
    to: z.object({ name: z.string(), address: z.string() }),
    subject: z.string(),
    notificationId: uuid,
    solutionId: z.string(),
  })
  .meta({ id: 'OutboxMail', description: 'A mail in the outbox folder.' });

export const outboxPage = sameAs<OutboxPage>()(
  z
    .object({ items: z.array(outboxMail), next, incomplete: incomplete.optional() })
    .meta({ id: 'OutboxPage', description: 'Mails in the outbox folder, those decided last first.' }),
);
