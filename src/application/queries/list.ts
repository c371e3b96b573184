import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Document, type Query as DocumentQuery, DocumentStore, type Page } from '../document-store.js';
import { approvalQueues } from '../projections/approval-queues.js';
import { history } from '../projections/history.js';
import { people } from '../projections/people.js';
import { collectionOf } from '../projections/projection.js';
import { socialAccounts } from '../projections/social-accounts.js';

const LISTS = {
  history: collectionOf(history),
  people: collectionOf(people),
  'social-accounts': collectionOf(socialAccounts),
  'approval-queues': collectionOf(approvalQueues),
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
  constructor(private readonly documents: DocumentStore) {}

  /** @throws HeraldError `invalid-cursor`. */
  execute({ list, query }: ListDocuments<Document>): Promise<Page<Document>> {
    return this.documents.find(LISTS[list], query);
  }
}
