import { Injectable } from '@nestjs/common';
import { MAX_PEOPLE_PER_ADDRESS } from '../../domain/bounds.js';
import { mailboxOf } from '../../domain/channels/email-address.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { type AddressDocument, addresses } from '../read-models/addresses/addresses.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PersonDocument, people } from '../read-models/people/people.js';
import { notFound } from './not-found.js';

/** Finds people by their user id, or by any address that they have or ever had, in any case. */
@Injectable()
export class Persons {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * The one person whom this names.
   * @throws HeraldError `not-found`, `person-ambiguous`.
   */
  async one(person: string, partnerId: string | undefined): Promise<PersonDocument> {
    const [found, other] = await this.all(person, partnerId);
    if (!found) throw notFound(`Herald does not know ${person}.`, 'GET /v1/people for the people it knows');
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

  /** The people whom this names, at most `MAX_PEOPLE_PER_ADDRESS`. */
  async all(person: string, partnerId: string | undefined): Promise<readonly PersonDocument[]> {
    const limit = MAX_PEOPLE_PER_ADDRESS;
    if (!person.includes('@')) {
      const where: Record<string, string> = { userId: person, ...(partnerId ? { partnerId } : {}) };
      return (await this.readModels.find<PersonDocument>(people, { where, limit })).documents;
    }
    const where: Record<string, string> = { mailbox: mailboxOf(person) };
    const { documents } = await this.readModels.find<AddressDocument>(addresses, { where, limit });
    const ids = documents
      .filter((one) => partnerId === undefined || one.partnerId === partnerId)
      .map((one) => `${one.partnerId}/${one.userId}`);
    const found = await this.readModels.get<PersonDocument>(people, ids);
    return ids.flatMap((id) => found.get(id) ?? []);
  }
}
