import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { AskWhyNotHandler } from './ask-why-not.js';
import { FindRecipientHandler } from './find-recipient.js';
import { GetAgendaHandler } from './get-agenda.js';
import { GetNotificationHandler } from './get-notification.js';
import { GetPartnerHandler } from './get-partner.js';
import { GetPersonHistoryHandler } from './get-person-history.js';
import { GetSolutionHandler } from './get-solution.js';
import { GetWhyHandler } from './get-why.js';
import { ListDanglingHandler } from './list-dangling.js';
import { ListDocumentsHandler } from './list-documents.js';
import { NotificationTrail } from './notification-trail.js';
import { PersonHistory } from './person-history.js';
import { PersonNotesOf } from './person-notes.js';
import { Persons } from './persons.js';
import { RuleReevaluation } from './rule-reevaluation.js';
import { WhyNotAdvice } from './why-not-advice.js';

/** Answers what was sent to whom and why, and why something was not sent. Every question is a query on the query bus. */
@Module({
  imports: [ClockModule, DecisionsModule, ReadModelsModule, TenancyModule],
  providers: [
    NotificationTrail,
    RuleReevaluation,
    WhyNotAdvice,
    Persons,
    PersonHistory,
    PersonNotesOf,
    FindRecipientHandler,
    GetPersonHistoryHandler,
    ListDanglingHandler,
    ListDocumentsHandler,
    GetPartnerHandler,
    GetSolutionHandler,
    GetNotificationHandler,
    GetWhyHandler,
    AskWhyNotHandler,
    GetAgendaHandler,
  ],
})
export class AuditModule {}
