import { Injectable } from '@nestjs/common';
import type { Scope } from '../../domain/access/scope.js';
import { mailboxOf } from '../../domain/channels/email-address.js';
import { Persons } from './persons.js';

/** The condition of the history for a recipient. */
export type RecipientFilter = { readonly recipientId: string } | { readonly recipientMailbox: string };

/** Whose decisions are meant by a user id or an address. */
@Injectable()
export class RecipientFilters {
  constructor(private readonly persons: Persons) {}

  /**
   * The person in the scope who has or ever had the address. The address itself, in any case, if that is nobody, such as an escalation contact, or
   * if several people share it.
   */
  async of(scope: Scope, recipient: string, partnerId: string | undefined): Promise<RecipientFilter> {
    if (!recipient.includes('@')) return { recipientId: recipient };
    const userIds = new Set(
      (await this.persons.all(scope, recipient, partnerId)).map(({ userId }) => userId),
    );
    const [recipientId] = userIds;
    return recipientId !== undefined && userIds.size === 1
      ? { recipientId }
      : { recipientMailbox: mailboxOf(recipient) };
  }
}
