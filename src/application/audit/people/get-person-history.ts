import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import type { PersonDocument } from '../../read-models/people/people.js';
import { type ChangesPage, type PersonChange, PersonHistory } from './person-history.js';
import { Persons } from './persons.js';

export interface PersonHistoryAnswer {
  readonly person: Pick<PersonDocument, 'userId' | 'partnerId' | 'name' | 'email'>;
  /** The latest changes, oldest first. */
  readonly items: readonly PersonChange[];
  /** Whether there are older ones that are left out. */
  readonly more: boolean;
  /** The cursor of the page with the older ones; null if there are none. */
  readonly next: string | null;
}

/** Who changed what of a person, when, and by which event. */
export class GetPersonHistory extends Query<PersonHistoryAnswer> {
  /** @param person a user id, or any address that the person ever had. */
  constructor(
    readonly scope: Scope,
    readonly person: string,
    readonly partnerId: string | undefined,
    readonly page: ChangesPage = {},
  ) {
    super();
  }
}

@QueryHandler(GetPersonHistory)
export class GetPersonHistoryHandler implements IQueryHandler<GetPersonHistory> {
  constructor(
    private readonly persons: Persons,
    private readonly history: PersonHistory,
  ) {}

  /** @throws HeraldError `not-found`, `person-ambiguous`, `invalid-cursor`. */
  async execute({ scope, person, partnerId: asked, page }: GetPersonHistory): Promise<PersonHistoryAnswer> {
    const { userId, partnerId, name, email } = await this.persons.one(scope, person, asked);
    const { changes, more } = await this.history.of(partnerId, userId, page);
    const next = more ? (changes[0]?.eventId ?? null) : null;
    return { person: { userId, partnerId, name, email }, items: changes, more, next };
  }
}
