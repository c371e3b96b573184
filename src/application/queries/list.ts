import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Document, Query as DocumentQuery, Page } from '../document-store.js';
import { approvalQueues } from '../projections/approval-queues.js';
import { history } from '../projections/history.js';
import { people } from '../projections/people.js';
import type { Projection } from '../projections/projection.js';
import { ReadModels } from '../projections/read-models.js';
import { socialAccounts } from '../projections/social-accounts.js';

const LISTS = {
  history,
  people,
  'social-accounts': socialAccounts,
  'approval-queues': approvalQueues,
};

export type ListName = keyof typeof LISTS;

/** A page of the documents of one read model. */
export class ListDocuments<D extends Document> extends Query<Page<D>> {
  constructor(
    readonly list: ListName,
    readonly query: DocumentQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDocuments)
export class ListDocumentsHandler implements IQueryHandler<ListDocuments<Document>> {
  constructor(private readonly readModels: ReadModels) {}

  /** @throws HeraldError `invalid-cursor`. */
  execute({ list, query }: ListDocuments<Document>): Promise<Page<Document>> {
    const projection: { readonly name: string } = LISTS[list];
    return this.readModels.find(projection as Projection<Document>, query);
  }
}
