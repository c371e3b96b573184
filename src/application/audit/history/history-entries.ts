import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import type { Page, Query } from '../../ports/document-store.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import {
  entryOf,
  type HistoryDocument,
  type HistoryEntry,
  history,
  shownTextOf,
} from '../../read-models/history/history.js';
import { PartnersInScope } from '../../tenancy/partners-in-scope.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { entryWithoutOtherSolutions } from '../registry/moved-partner.js';

/** Entries to pass on, and the JSON of each as it is shown. */
export interface PassedPage extends Pick<Page<HistoryEntry>, 'next'> {
  readonly entries: () => readonly HistoryEntry[];
  readonly texts: () => readonly string[];
}

/** The entries of the history as a principal sees them. */
@Injectable()
export class HistoryEntries {
  constructor(
    private readonly readModels: ReadModels,
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

  /**
   * The same to be passed on. For who sees all solutions the texts are those that are stored.
   * @throws HeraldError `invalid-cursor`, `read-models-rebuilding`.
   */
  async passed(scope: Scope, query: Query): Promise<PassedPage> {
    if (scope !== 'all') {
      const { documents, ...next } = await this.page(scope, query);
      return { ...next, entries: () => documents, texts: () => documents.map(textOf) };
    }
    const { texts, ...next } = await this.readModels.findTexts(history, query);
    return {
      ...next,
      entries: () => texts.map((text) => JSON.parse(text) as HistoryDocument),
      texts: () => texts.map(shownTextOf),
    };
  }
}

const textOf = ({ id: _, position: __, ...entry }: HistoryEntry): string => JSON.stringify(entry);
