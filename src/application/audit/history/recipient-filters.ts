import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_PEOPLE_PER_ADDRESS } from '../../../domain/bounds.js';
import { mailboxOf } from '../../../domain/channels/email-address.js';
import { history } from '../../read-models/history/history.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { Persons } from '../people/persons.js';

/** The condition of the history for a recipient. */
export type RecipientFilter =
  | { readonly recipientId: string; readonly partnerId?: string | readonly string[] }
  | { readonly recipientMailbox: string };

/** Whose decisions are meant by a user id or an address. */
@Injectable()
export class RecipientFilters {
  constructor(
    private readonly persons: Persons,
    private readonly lists: ScopedLists,
  ) {}

  /**
   * The first of these in the scope: the people with exactly this user id; the person who has or ever had the address; the address
   * itself, in any case, if that is nobody, such as an escalation contact, or if several people share it.
   */
  async of(scope: Scope, recipient: string, partnerId: string | undefined): Promise<RecipientFilter> {
    if (!recipient.includes('@')) return { recipientId: recipient };
    const found = await this.persons.all(scope, recipient, partnerId);
    const isUserId = found.some(({ userId }) => userId === recipient);
    if (isUserId || (await this.#isDecided(scope, recipient, partnerId))) return { recipientId: recipient };
    const [recipientId, another] = distinct(found.map(({ userId }) => userId));
    if (recipientId === undefined || another !== undefined || found.length >= MAX_PEOPLE_PER_ADDRESS)
      return { recipientMailbox: mailboxOf(recipient) };
    // At other partners the user id is somebody else's.
    const partners = distinct(found.map((one) => one.partnerId));
    return { recipientId, partnerId: partners.length === 1 ? String(partners[0]) : partners };
  }

  /** Whether there are decisions about this user id: their partner may have left the scope since. */
  async #isDecided(scope: Scope, recipientId: string, partnerId: string | undefined): Promise<boolean> {
    const where = { recipientId, ...(partnerId === undefined ? {} : { partnerId }) };
    const query = { where, orderBy: 'decidedAt', limit: 1 };
    return (await this.lists.bySolution(history, scope, query)).documents.length > 0;
  }
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
