import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import type { Document, Query as DocumentQuery, Page } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';
import { approvalQueues } from '../../read-models/approval-queues/approval-queues.js';
import { Projections } from '../../read-models/engine/projections.js';
import type { Incomplete } from '../../read-models/parking/incomplete.js';
import { partners } from '../../read-models/partners/partners.js';
import { isAdded, type PersonDocument, people } from '../../read-models/people/people.js';
import { socialAccounts } from '../../read-models/social-accounts/social-accounts.js';
import { solutions } from '../../read-models/solutions/solutions.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';

/** How each list leaves out what a scope does not cover; `narrow` fields have values that few documents share. */
const LISTS = {
  people: { projection: people, by: 'partner', narrow: ['userId'] },
  'social-accounts': { projection: socialAccounts, by: 'partner', narrow: ['ownerId'] },
  'approval-queues': { projection: approvalQueues, by: 'partner', narrow: [] },
  partners: { projection: partners, by: 'solution', orderBy: 'partnerId' },
  solutions: { projection: solutions, by: 'solution', orderBy: 'solutionId' },
} as const;

export type ListName = keyof typeof LISTS;

/** A page, and which of its documents are parked. */
export interface ListedPage<D extends Document> extends Page<D> {
  readonly incomplete?: Incomplete;
  /** The ids of the parked documents: they show the state before the event that parked them. */
  readonly stale: ReadonlySet<string>;
}

/** A page of those documents of one read model that the scope covers. */
export class ListDocuments<D extends Document> extends Query<ListedPage<D>> {
  constructor(
    readonly scope: Scope,
    readonly list: ListName,
    readonly query: DocumentQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDocuments)
export class ListDocumentsHandler implements IQueryHandler<ListDocuments<Document>> {
  constructor(
    private readonly lists: ScopedLists,
    private readonly projections: Projections,
    private readonly incomplete: IncompleteInScope,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, list, query }: ListDocuments<Document>): Promise<ListedPage<Document>> {
    const { projection, ...how } = LISTS[list];
    const listed = projection as unknown as Projection<Document>;
    const page =
      how.by === 'solution'
        ? await this.lists.bySolution(listed, scope, {
            ...('orderBy' in how ? { orderBy: how.orderBy } : {}),
            ...query,
          })
        : await this.lists.byPartner(listed, scope, query, how.narrow);
    const documents =
      list === 'people' ? page.documents.filter((one) => isAdded(one as PersonDocument)) : page.documents;
    const stale = new Set(this.projections.parked(projection.name).map(({ documentId }) => documentId));
    return { ...page, documents, ...(await this.incomplete.of(scope, [projection.name])), stale };
  }
}
