import { Inject, Optional } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { keyOf } from '../../domain/access/api-keys.js';
import { covers, type Scope } from '../../domain/access/scope.js';
import { ApiKeyRegistry } from '../access/api-key-registry.js';
import { Persons } from '../audit/people/persons.js';
import { Outbox } from '../ports/outbox.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PartnerDocument, partners } from '../read-models/partners/partners.js';
import { type AccountDocument, socialAccounts } from '../read-models/social-accounts/social-accounts.js';
import { DecisionsInScope } from '../tenancy/decisions-in-scope.js';

/** One thing that a request names. `mail` is a file of the outbox, `key` an API key. */
export interface NamedThing {
  readonly kind: 'notification' | 'account' | 'partner' | 'person' | 'solution' | 'mail' | 'key';
  readonly id: string;
  /** Of a person: the partner that is named as well. A user id can be in use at several partners. */
  readonly partnerId?: string | undefined;
}

/** The solutions in the scope that some things belong to. None of those that do not exist or belong to all. */
export class FindConcernedSolutions extends Query<readonly string[]> {
  constructor(
    readonly scope: Scope,
    readonly things: readonly NamedThing[],
  ) {
    super();
  }
}

@QueryHandler(FindConcernedSolutions)
export class FindConcernedSolutionsHandler implements IQueryHandler<FindConcernedSolutions> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly decisions: DecisionsInScope,
    private readonly persons: Persons,
    private readonly keys: ApiKeyRegistry,
    @Optional() @Inject(Outbox) private readonly outbox?: Outbox,
  ) {}

  /** @throws HeraldError `read-models-rebuilding`, and what the stores throw. */
  async execute({ scope, things }: FindConcernedSolutions): Promise<readonly string[]> {
    const all = await Promise.all(things.map((thing) => this.#solutionsOf(scope, thing)));
    const found = new Set(all.flat());
    return [...found].filter((id): id is string => id !== undefined && covers(scope, id));
  }

  async #solutionsOf(
    scope: Scope,
    { kind, id, partnerId }: NamedThing,
  ): Promise<readonly (string | undefined)[]> {
    switch (kind) {
      case 'solution':
        return [id];
      case 'partner':
        return this.#ofPartners([id]);
      case 'account':
        return this.#ofPartners([await this.#partnerOf(id)]);
      case 'person':
        return this.#ofPartners(await this.#partnersOf(scope, id, partnerId));
      case 'notification':
        return [await this.decisions.solutionOf(id)];
      case 'mail': {
        const notificationId = this.outbox?.notificationIdIn(id);
        return notificationId === undefined ? [] : [await this.decisions.solutionOf(notificationId)];
      }
      case 'key': {
        const granted = keyOf(await this.keys.current(), id)?.scope ?? 'all';
        return granted === 'all' ? [] : granted;
      }
    }
  }

  async #partnerOf(accountId: string): Promise<string | undefined> {
    return (await this.readModels.get<AccountDocument>(socialAccounts, [accountId])).get(accountId)
      ?.partnerId;
  }

  /** Those of who is meant, or of everybody who has that name elsewhere. */
  async #partnersOf(scope: Scope, person: string, at: string | undefined): Promise<readonly string[]> {
    const meant = at === undefined ? [] : await this.persons.all(scope, person, at);
    const all = meant.length > 0 ? meant : await this.persons.all(scope, person, undefined);
    return all.map(({ partnerId }) => partnerId);
  }

  async #ofPartners(ids: readonly (string | undefined)[]): Promise<readonly (string | undefined)[]> {
    const known = ids.filter((id) => id !== undefined);
    const found = await this.readModels.get<PartnerDocument>(partners, [...new Set(known)]);
    return [...found.values()].map(({ solutionId }) => solutionId);
  }
}
