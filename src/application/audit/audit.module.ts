import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { ChangesInScope } from './changes/changes-in-scope.js';
import { GetChangesHandler } from './changes/get-changes.js';
import { StreamHistoryHandler } from './changes/stream-history.js';
import { CheckBuiltHandler } from './check-built.js';
import { GetAgendaHandler } from './get-agenda.js';
import { GetNotificationHandler } from './history/get-notification.js';
import { GetSummaryHandler } from './history/get-summary.js';
import { HistoryEntries } from './history/history-entries.js';
import { HistoryFilters } from './history/history-filter.js';
import { HistorySearch } from './history/history-search.js';
import { NotificationTrail } from './history/notification-trail.js';
import { RecipientFilters } from './history/recipient-filters.js';
import { SearchHistoryHandler } from './history/search-history.js';
import { FindPeopleHandler } from './people/find-people.js';
import { GetPersonHistoryHandler } from './people/get-person-history.js';
import { PersonHistory } from './people/person-history.js';
import { PersonNotesOf } from './people/person-notes.js';
import { Persons } from './people/persons.js';
import { GetPartnerHandler } from './registry/get-partner.js';
import { GetSocialAccountHandler } from './registry/get-social-account.js';
import { GetSolutionHandler } from './registry/get-solution.js';
import { ListDanglingHandler } from './registry/list-dangling.js';
import { ListDocumentsHandler } from './registry/list-documents.js';
import { RecomputedDecisions } from './verify/recomputed-decisions.js';
import { RuleReevaluation } from './verify/rule-reevaluation.js';
import { VerifyNotificationHandler } from './verify/verify-notification.js';
import { AskWhyNotHandler } from './why/ask-why-not.js';
import { GetWhyHandler } from './why/get-why.js';
import { WhyNotAdvice } from './why/why-not-advice.js';

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
