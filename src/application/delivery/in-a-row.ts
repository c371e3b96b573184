import { MAX_DOUBTS_IN_A_ROW, MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../domain/bounds.js';
import type { SendResult } from '../ports/channel.js';

/**
 * What happens to one mail after the other. A relay may answer and fail all the same: it confirms no mail, or refuses all recipients.
 * Each such mail is in doubt or rejected for good, so few are to meet it.
 */
export class InARow {
  #doubts = 0;
  /** Where recipients were refused since a mail was last accepted. One domain may have lost all its mailboxes. */
  readonly #refusedAt = new Set<string>();

  /** @returns how the relay fails, as sentences; undefined while the result may be about this mail alone. */
  note(result: SendResult, recipient: string): string | undefined {
    if (result.outcome === 'accepted') this.#refusedAt.clear();
    this.#doubts = result.outcome === 'unknown' ? this.#doubts + 1 : 0;
    if (result.outcome === 'unknown' && this.#doubts >= MAX_DOUBTS_IN_A_ROW) return result.reason;
    if (result.outcome !== 'rejected' || result.about !== 'recipient') return undefined;
    if (this.#refusedAt.size < MAX_REFUSED_DOMAINS_IN_A_ROW) this.#refusedAt.add(domainOf(recipient));
    if (this.#refusedAt.size < MAX_REFUSED_DOMAINS_IN_A_ROW) return undefined;
    return `It refuses the recipients at all of the last ${this.#refusedAt.size} domains. ${result.reason}`;
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
