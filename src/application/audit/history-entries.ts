import { Injectable } from '@nestjs/common';
import type { Scope } from '../../domain/access/scope.js';
import type { Page, Query } from '../ports/document-store.js';
import { entryOf, type HistoryEntry, history } from '../read-models/history/history.js';
import { PartnersInScope } from '../tenancy/partners-in-scope.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';
import { entryWithoutOtherSolutions } from './moved-partner.js';

/** The entries of the history as a principal sees them. */
@Injectable()
export class HistoryEntries {
  constructor(
    private readonly lists: ScopedLists,
    private readonly partners: PartnersInScope,
  ) {}

  /**
   * A page of the entries that the scope covers. Those of partners that have moved since say nothing of the solution that these are
   * in now.
   * @throws HeraldError `invalid-cursor`, `read-models-rebuilding`.
   */
  async page(scope: Scope, query: Query): Promise<Page<HistoryEntry>> {
    const page = await this.lists.bySolution(history, scope, query);
    const entries = page.documents.map(entryOf);
    const covered = await this.partners.among(
      scope,
      entries.map(({ partnerId }) => partnerId),
    );
    return {
      ...page,
      documents: entries.map((entry) =>
        covered.has(entry.partnerId) ? entry : entryWithoutOtherSolutions(entry),
      ),
    };
  }
}
