import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { GetMailPartHandler } from './get-mail-part.js';
import { GetOutboxMailHandler } from './get-outbox-mail.js';
import { ListOutboxHandler } from './list-outbox.js';
import { ListTemplatesHandler } from './list-templates.js';
import { PreviewTemplateHandler } from './preview-template.js';
import { RecordedModels } from './recorded-models.js';

/** Shows mails: as they were sent, as they are in the outbox folder, and as the templates make them. */
@Module({
  imports: [AuditModule, DecisionsModule, TenancyModule],
  providers: [
    RecordedModels,
    GetMailPartHandler,
    ListTemplatesHandler,
    PreviewTemplateHandler,
    ListOutboxHandler,
    GetOutboxMailHandler,
  ],
})
export class MailsModule {}
