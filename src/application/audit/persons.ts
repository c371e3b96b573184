import { Injectable } from '@nestjs/common';
import type { Scope } from '../../domain/access/scope.js';
import { MAX_PEOPLE_PER_ADDRESS } from '../../domain/bounds.js';
import { mailboxOf } from '../../domain/channels/email-address.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { type AddressDocument, addresses } from '../read-models/addresses/addresses.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PersonDocument, people } from '../read-models/people/people.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';
import { notFound } from './not-found.js';

/** Finds people by their user id, or by any address that they have or ever had, in any case. */
@Injectable()
export class Persons {
  constructor(
    private readonly readModels: ReadModels,
    private readonly lists: ScopedLists,
  ) {}

  /**
   * The one person in the scope whom this names.
   * @throws HeraldError `not-found`, `person-ambiguous`.
   */
  async one(scope: Scope, person: string, partnerId: string | undefined): Promise<PersonDocument> {
    const [found, other] = await this.all(scope, person, partnerId);
    if (!found) throw unknownPerson(person);
    if (!other) return found;
    const isOnePartner = other.partnerId === found.partnerId;
    throw new HeraldError(
      'person-ambiguous',
      isOnePartner
        ? `Several people of ${found.partnerId} have or had the address ${person}: give the user id, e.g. person=${found.userId}.`
        : `${person} belongs to more than one partner: add partner, e.g. partner=${found.partnerId}.`,
      isOnePartner ? 'person' : 'partner',
    );
  }

  /** The people in the scope whom this names, at most `MAX_PEOPLE_PER_ADDRESS`. */
  async all(scope: Scope, person: string, partnerId: string | undefined): Promise<readonly PersonDocument[]> {
    const ofPartner: Readonly<Record<string, string>> = partnerId === undefined ? {} : { partnerId };
    if (!person.includes('@'))
      return first(this.lists.matches(people, scope, { where: { userId: person, ...ofPartner } }));
    const where = { mailbox: mailboxOf(person), ...ofPartner };
    const had = await first<AddressDocument>(this.lists.matches(addresses, scope, { where }));
    const ids = had.map((one) => `${one.partnerId}/${one.userId}`);
    const found = await this.readModels.get<PersonDocument>(people, ids);
    return ids.flatMap((id) => found.get(id) ?? []);
  }
}

/** The error for a person whom Herald does not know, or the scope does not cover. */
export const unknownPerson = (person: string): HeraldError =>
  notFound(`Herald does not know ${person}.`, 'GET /v1/people for the people it knows');

const first = async <T>(found: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const one of found) {
    all.push(one);
    if (all.length >= MAX_PEOPLE_PER_ADDRESS) break;
  }
  return all;
};
