import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { AskWhyNotHandler } from './ask-why-not.js';
import { ChangesInScope } from './changes-in-scope.js';
import { CheckBuiltHandler } from './check-built.js';
import { FindPeopleHandler } from './find-people.js';
import { GetAgendaHandler } from './get-agenda.js';
import { GetChangesHandler } from './get-changes.js';
import { GetNotificationHandler } from './get-notification.js';
import { GetPartnerHandler } from './get-partner.js';
import { GetPersonHistoryHandler } from './get-person-history.js';
import { GetSocialAccountHandler } from './get-social-account.js';
import { GetSolutionHandler } from './get-solution.js';
import { GetSummaryHandler } from './get-summary.js';
import { GetWhyHandler } from './get-why.js';
import { HistoryEntries } from './history-entries.js';
import { HistoryFilters } from './history-filter.js';
import { HistorySearch } from './history-search.js';
import { ListDanglingHandler } from './list-dangling.js';
import { ListDocumentsHandler } from './list-documents.js';
import { NotificationTrail } from './notification-trail.js';
import { PersonHistory } from './person-history.js';
import { PersonNotesOf } from './person-notes.js';
import { Persons } from './persons.js';
import { RecipientFilters } from './recipient-filters.js';
import { RecomputedDecisions } from './recomputed-decisions.js';
import { RuleReevaluation } from './rule-reevaluation.js';
import { SearchHistoryHandler } from './search-history.js';
import { StreamHistoryHandler } from './stream-history.js';
import { VerifyNotificationHandler } from './verify-notification.js';
import { WhyNotAdvice } from './why-not-advice.js';

/** Answers what was sent to whom and why, and why something was not sent. Every question is a query on the query bus. */
@Module({
  imports: [ClockModule, DecisionsModule, ReadModelsModule, TenancyModule],
  providers: [
    NotificationTrail,
    RuleReevaluation,
    RecomputedDecisions,
    ChangesInScope,
    WhyNotAdvice,
    Persons,
    PersonHistory,
    PersonNotesOf,
    RecipientFilters,
    CheckBuiltHandler,
    FindPeopleHandler,
    HistorySearch,
    HistoryFilters,
    HistoryEntries,
    SearchHistoryHandler,
    StreamHistoryHandler,
    GetSummaryHandler,
    GetPersonHistoryHandler,
    ListDanglingHandler,
    ListDocumentsHandler,
    GetPartnerHandler,
    GetSolutionHandler,
    GetNotificationHandler,
    GetWhyHandler,
    AskWhyNotHandler,
    GetAgendaHandler,
    GetChangesHandler,
    GetSocialAccountHandler,
    VerifyNotificationHandler,
  ],
  exports: [NotificationTrail, Persons, RuleReevaluation],
})
export class AuditModule {}
