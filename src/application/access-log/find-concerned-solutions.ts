import { Inject, Optional } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { keyOf } from '../../domain/access/api-keys.js';
import { covers, type Scope } from '../../domain/access/scope.js';
import { ApiKeyRegistry } from '../access/api-key-registry.js';
import { Persons } from '../audit/persons.js';
import { Outbox } from '../ports/outbox.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PartnerDocument, partners } from '../read-models/partners/partners.js';
import { type AccountDocument, socialAccounts } from '../read-models/social-accounts/social-accounts.js';
import { DecisionsInScope } from '../tenancy/decisions-in-scope.js';

/** One thing that a request names. `mail` is a file of the outbox, `key` an API key. */
export interface NamedThing {
  readonly kind: 'notification' | 'account' | 'partner' | 'person' | 'solution' | 'mail' | 'key';
  readonly id: string;
}

/** The solutions in the scope that one thing belongs to. None, if it does not exist or belongs to all. */
export class FindConcernedSolutions extends Query<readonly string[]> {
  constructor(
    readonly scope: Scope,
    readonly thing: NamedThing,
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
  async execute({ scope, thing }: FindConcernedSolutions): Promise<readonly string[]> {
    const found = new Set(await this.#solutionsOf(scope, thing));
    return [...found].filter((id): id is string => id !== undefined && covers(scope, id));
  }

  async #solutionsOf(scope: Scope, { kind, id }: NamedThing): Promise<readonly (string | undefined)[]> {
    switch (kind) {
      case 'solution':
        return [id];
      case 'partner':
        return this.#ofPartners([id]);
      case 'account':
        return this.#ofPartners([await this.#partnerOf(id)]);
      case 'person':
        return this.#ofPartners(await this.#partnersOf(scope, id));
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

  async #partnersOf(scope: Scope, person: string): Promise<readonly string[]> {
    return (await this.persons.all(scope, person, undefined)).map(({ partnerId }) => partnerId);
  }

  async #ofPartners(ids: readonly (string | undefined)[]): Promise<readonly (string | undefined)[]> {
    const known = ids.filter((id) => id !== undefined);
    const found = await this.readModels.get<PartnerDocument>(partners, [...new Set(known)]);
    return [...found.values()].map(({ solutionId }) => solutionId);
  }
}
