import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_PEOPLE_PER_ADDRESS } from '../../../domain/bounds.js';
import { mailboxOf } from '../../../domain/channels/email-address.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { addresses } from '../../read-models/addresses/addresses.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { isAdded, type PersonDocument, people } from '../../read-models/people/people.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { notFound } from '../not-found.js';

/** Finds people by their user id, or by any address that they have or ever had, in any case. A user id may look like an address. */
@Injectable()
export class Persons {
  constructor(
    private readonly readModels: ReadModels,
    private readonly lists: ScopedLists,
  ) {}

  /**
   * The one person in the scope whom this names. With a partner, an exact user id of that partner comes before all addresses: together
   * they name each person. People who were never added are meant only if nobody else is.
   * @throws HeraldError `not-found`, `person-ambiguous`.
   */
  async one(scope: Scope, person: string, partnerId: string | undefined): Promise<PersonDocument> {
    const all = await this.all(scope, person, partnerId);
    const added = all.filter(isAdded);
    const meant = added.length > 0 ? added : all;
    const named = meant.find(({ userId }) => userId === person);
    if (named && partnerId !== undefined) return named;
    const [found] = meant;
    if (!found) throw unknownPerson(person, partnerId);
    if (meant.length > 1) throw ambiguous(person, meant, named);
    return found;
  }

  /**
   * The people in the scope whom this names, by partner and user id; at most `MAX_PEOPLE_PER_ADDRESS` by the user id, and as many by
   * the address.
   */
  async all(scope: Scope, person: string, partnerId: string | undefined): Promise<readonly PersonDocument[]> {
    const ids = await this.ids(scope, person, partnerId, MAX_PEOPLE_PER_ADDRESS);
    const found = await this.readModels.get<PersonDocument>(people, ids);
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** The ids of their documents, in order. @param limit how many by the user id, and how many by the address. */
  async ids(
    scope: Scope,
    person: string,
    partnerId: string | undefined,
    limit: number,
  ): Promise<readonly string[]> {
    const ofPartner: Readonly<Record<string, string>> = partnerId === undefined ? {} : { partnerId };
    const byId = { where: { userId: person, ...ofPartner } };
    const named = await first(this.lists.matches(people, scope, byId), limit);
    const byAddress = { where: { mailbox: mailboxOf(person), ...ofPartner } };
    const had = person.includes('@')
      ? await first(this.lists.matches(addresses, scope, byAddress), limit)
      : [];
    return [...new Set([...named, ...had])].sort();
  }
}

/** The error for a person whom Herald does not know, or the scope does not cover. */
export const unknownPerson = (person: string, partnerId: string | undefined): HeraldError =>
  notFound(
    `Herald does not know ${person}${partnerId === undefined ? '' : ` at ${partnerId}`}.`,
    'GET /v1/people for the people it knows',
  );

/** @param named one of them whose user id it is. */
const ambiguous = (
  person: string,
  all: readonly PersonDocument[],
  named: PersonDocument | undefined,
): HeraldError => {
  const other = all.find(({ userId }) => userId !== person);
  const [found] = all;
  if (named && other)
    return new HeraldError(
      'person-ambiguous',
      `${person} is a user id, and an address of somebody else: add partner=${named.partnerId} to mean the user id, or give the user id of the other person, ${other.userId} at ${other.partnerId}.`,
      'partner',
    );
  const isOnePartner = all.every(({ partnerId }) => partnerId === found?.partnerId);
  return new HeraldError(
    'person-ambiguous',
    isOnePartner
      ? `Several people of ${found?.partnerId} have or had the address ${person}: give the user id, e.g. person=${found?.userId}.`
      : `${person} belongs to more than one partner: add partner, e.g. partner=${found?.partnerId}.`,
    isOnePartner ? 'person' : 'partner',
  );
};

/** The ids of the documents of people, of the first of those that are found. */
const first = async (
  found: AsyncIterable<Pick<PersonDocument, 'partnerId' | 'userId'>>,
  limit: number,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { partnerId, userId } of found) {
    ids.push(`${partnerId}/${userId}`);
    if (ids.length >= limit) break;
  }
  return ids;
};
