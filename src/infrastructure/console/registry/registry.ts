import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetPartner } from '../../../application/audit/registry/get-partner.js';
import { GetSocialAccount } from '../../../application/audit/registry/get-social-account.js';
import { GetSolution } from '../../../application/audit/registry/get-solution.js';
import {
  ListDocuments,
  type ListedPage,
  type ListName,
} from '../../../application/audit/registry/list-documents.js';
import type { Document } from '../../../application/ports/document-store.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import type { Scope } from '../../../domain/access/scope.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';

/** Which documents of a list: all that is given must match. */
export interface ListRequest {
  readonly where: Readonly<Record<string, string | undefined>>;
  readonly limit: number;
  readonly after?: string | undefined;
  /** Default: by id. Documents without the field are left out. */
  readonly orderBy?: string | undefined;
}

/** Reads what other pages refer to: it may be unknown, or out of the scope, and then it is undefined. */
@Injectable()
export class Registry {
  constructor(private readonly queries: QueryBus) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  list<D extends Document>(
    scope: Scope,
    list: ListName,
    { where, limit, after, orderBy }: ListRequest,
  ): Promise<ListedPage<D>> {
    const given = Object.entries(where).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value] as const],
    );
    return this.queries.execute(
      new ListDocuments<D>(scope, list, {
        where: Object.fromEntries(given),
        limit,
        ...(after === undefined ? {} : { after }),
        ...(orderBy === undefined ? {} : { orderBy }),
      }),
    );
  }

  partner(scope: Scope, id: string | undefined): Promise<PartnerDocument | undefined> {
    return known(id, (one) => this.queries.execute(new GetPartner(scope, one)));
  }

  solution(scope: Scope, id: string | undefined): Promise<SolutionDocument | undefined> {
    return known(id, (one) => this.queries.execute(new GetSolution(scope, one)));
  }

  account(scope: Scope, id: string | undefined): Promise<AccountDocument | undefined> {
    return known(id, (one) => this.queries.execute(new GetSocialAccount(scope, one)));
  }

  async person(
    scope: Scope,
    userId: string | undefined,
    partnerId: string | undefined,
  ): Promise<PersonDocument | undefined> {
    if (userId === undefined || partnerId === undefined) return undefined;
    const where = { userId, partnerId };
    return (await this.list<PersonDocument>(scope, 'people', { where, limit: 1 })).documents[0];
  }
}

const known = async <T>(id: string | undefined, read: (id: string) => Promise<T>): Promise<T | undefined> => {
  if (id === undefined) return undefined;
  try {
    return await read(id);
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
};
