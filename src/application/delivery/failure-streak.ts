import { MAX_DOUBTS_IN_A_ROW, MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../domain/bounds.js';
import type { SendResult } from '../ports/channel.js';

/** How a relay that answers fails: it confirms no mail, or it refuses all recipients. */
export type Streak = 'unconfirmed' | 'refused';

/**
 * Notices a relay that answers and fails all the same, before everything that is due is in doubt or rejected for good. Only a mail that is
 * accepted ends a streak: any other answer says nothing about whether mails get through.
 */
export class FailureStreak {
  /** Whose mails are in doubt since one was last accepted. One recipient's server may swallow all mails to it. */
  readonly #unconfirmed = new Set<string>();
  /** Where recipients were refused since a mail was last accepted. One domain may have lost all its mailboxes. */
  readonly #refusedAt = new Set<string>();

  /** Undefined while what fails may be about some mails alone. */
  get streak(): Streak | undefined {
    if (this.#unconfirmed.size >= MAX_DOUBTS_IN_A_ROW) return 'unconfirmed';
    return this.#refusedAt.size >= MAX_REFUSED_DOMAINS_IN_A_ROW ? 'refused' : undefined;
  }

  note(result: SendResult, recipient: string): void {
    if (result.outcome === 'accepted') {
      this.#unconfirmed.clear();
      this.#refusedAt.clear();
    }
    if (this.streak) return;
    if (result.outcome === 'unknown') this.#unconfirmed.add(recipient.toLowerCase());
    if (result.outcome === 'rejected' && result.about === 'recipient')
      this.#refusedAt.add(domainOf(recipient));
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
