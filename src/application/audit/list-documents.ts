import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Document, Query as DocumentQuery, Page } from '../ports/document-store.js';
import type { Projection } from '../ports/projection.js';
import { approvalQueues } from '../read-models/approval-queues/approval-queues.js';
import { Projections } from '../read-models/engine/projections.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { history } from '../read-models/history/history.js';
import { type Incomplete, incompleteness } from '../read-models/parking/incomplete.js';
import { partners } from '../read-models/partners/partners.js';
import { people } from '../read-models/people/people.js';
import { socialAccounts } from '../read-models/social-accounts/social-accounts.js';
import { solutions } from '../read-models/solutions/solutions.js';

const LISTS = {
  history,
  people,
  'social-accounts': socialAccounts,
  'approval-queues': approvalQueues,
  partners,
  solutions,
};

export type ListName = keyof typeof LISTS;

/** A page, and which of its documents are parked. */
export interface ListedPage<D extends Document> extends Page<D> {
  readonly incomplete?: Incomplete;
  /** The ids of the parked documents: they show the state before the event that parked them. */
  readonly stale: ReadonlySet<string>;
}

/** A page of the documents of one read model. */
export class ListDocuments<D extends Document> extends Query<ListedPage<D>> {
  constructor(
    readonly list: ListName,
    readonly query: DocumentQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDocuments)
export class ListDocumentsHandler implements IQueryHandler<ListDocuments<Document>> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ list, query }: ListDocuments<Document>): Promise<ListedPage<Document>> {
    const projection: { readonly name: string } = LISTS[list];
    const page = await this.readModels.find(projection as Projection<Document>, query);
    const stale = new Set(this.projections.parked(projection.name).map(({ documentId }) => documentId));
    return { ...page, ...incompleteness(this.projections, [projection.name]), stale };
  }
}
