import { Injectable } from '@nestjs/common';
import type { Scope } from '../../domain/access/scope.js';
import { MAX_PEOPLE_PER_ADDRESS } from '../../domain/bounds.js';
import { mailboxOf } from '../../domain/channels/email-address.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { addresses } from '../read-models/addresses/addresses.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PersonDocument, people } from '../read-models/people/people.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';
import { notFound } from './not-found.js';

/** Finds people by their user id, or by any address that they have or ever had, in any case. A user id may look like an address. */
@Injectable()
export class Persons {
  constructor(
    private readonly readModels: ReadModels,
    private readonly lists: ScopedLists,
  ) {}

  /**
   * The one person in the scope whom this names. With a partner, an exact user id of that partner comes before all addresses: together
   * they name each person.
   * @throws HeraldError `not-found`, `person-ambiguous`.
   */
  async one(scope: Scope, person: string, partnerId: string | undefined): Promise<PersonDocument> {
    const all = await this.all(scope, person, partnerId);
    const named = all.find(({ userId }) => userId === person);
    if (named && partnerId !== undefined) return named;
    const [found] = all;
    if (!found) throw unknownPerson(person);
    if (all.length > 1) throw ambiguous(person, all, named);
    return found;
  }

  /**
   * The people in the scope whom this names, by partner and user id; at most `MAX_PEOPLE_PER_ADDRESS` by the user id, and as many by
   * the address.
   */
  async all(scope: Scope, person: string, partnerId: string | undefined): Promise<readonly PersonDocument[]> {
    const ofPartner: Readonly<Record<string, string>> = partnerId === undefined ? {} : { partnerId };
    const named = await first(this.lists.matches(people, scope, { where: { userId: person, ...ofPartner } }));
    const where = { mailbox: mailboxOf(person), ...ofPartner };
    const had = person.includes('@') ? await first(this.lists.matches(addresses, scope, { where })) : [];
    const ids = [...new Set([...named, ...had])].sort();
    const found = await this.readModels.get<PersonDocument>(people, ids);
    return ids.flatMap((id) => found.get(id) ?? []);
  }
}

/** The error for a person whom Herald does not know, or the scope does not cover. */
export const unknownPerson = (person: string): HeraldError =>
  notFound(`Herald does not know ${person}.`, 'GET /v1/people for the people it knows');

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
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { partnerId, userId } of found) {
    ids.push(`${partnerId}/${userId}`);
    if (ids.length >= MAX_PEOPLE_PER_ADDRESS) break;
  }
  return ids;
};
