import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_MATCHES_IN_SCOPE } from '../../../domain/bounds.js';
import { addresses } from '../../read-models/addresses/addresses.js';
import { Projections } from '../../read-models/engine/projections.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { isAdded, type PersonDocument, people } from '../../read-models/people/people.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';
import { cursorOf, placeOf } from '../../tenancy/partner-cursor.js';
import type { ListedPage } from '../registry/list-documents.js';
import { Persons } from './persons.js';

/** Whom a user id or an address names, and which page of them. */
export interface PeopleAsked {
  /** A user id, or any address that the people have or ever had. */
  readonly person: string;
  readonly partnerId?: string | undefined;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** A page of all people whom a user id or an address names, by partner and user id. */
export class FindPeople extends Query<ListedPage<PersonDocument>> {
  constructor(
    readonly scope: Scope,
    readonly asked: PeopleAsked,
  ) {
    super();
  }
}

@QueryHandler(FindPeople)
export class FindPeopleHandler implements IQueryHandler<FindPeople> {
  constructor(
    private readonly persons: Persons,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly incomplete: IncompleteInScope,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, asked }: FindPeople): Promise<ListedPage<PersonDocument>> {
    const { person, partnerId, limit, after } = asked;
    const place = after === undefined ? undefined : idAt(after);
    const ids = await this.persons.ids(scope, person, partnerId, MAX_MATCHES_IN_SCOPE);
    const left = ids.filter((id) => place === undefined || id > place);
    const page = left.slice(0, limit);
    const found = await this.readModels.get<PersonDocument>(people, page);
    const last = page.at(-1);
    return {
      documents: page.flatMap((id) => found.get(id) ?? []).filter(isAdded),
      ...(last !== undefined && left.length > limit ? { next: cursorAt(last) } : {}),
      stale: new Set(this.projections.parked(people.name).map(({ documentId }) => documentId)),
      ...(await this.incomplete.of(scope, [people.name, addresses.name])),
    };
  }
}

const cursorAt = (id: string): string => {
  const end = id.indexOf('/');
  return cursorOf({ partnerId: id.slice(0, end), within: id.slice(end + 1) });
};

/** The id of the person after whom a page begins. */
const idAt = (cursor: string): string => {
  const { partnerId, within = '' } = placeOf(cursor);
  return `${partnerId}/${within}`;
};
