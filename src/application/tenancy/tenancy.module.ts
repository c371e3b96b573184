import { Module } from '@nestjs/common';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { AccountsOfPartner } from './accounts-of-partner.js';
import { DecisionsInScope } from './decisions-in-scope.js';
import { IncompleteInScope } from './incomplete-in-scope.js';
import { PartnersInScope } from './partners-in-scope.js';
import { ScopedLists } from './scoped-lists.js';

/** What a principal that is bound to solutions sees: only what belongs to these. */
@Module({
  imports: [ReadModelsModule],
  providers: [AccountsOfPartner, DecisionsInScope, IncompleteInScope, PartnersInScope, ScopedLists],
  exports: [AccountsOfPartner, DecisionsInScope, IncompleteInScope, PartnersInScope, ScopedLists],
})
export class TenancyModule {}
