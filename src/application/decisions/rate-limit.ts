import { Injectable } from '@nestjs/common';
import {
  MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR as MAX,
  MAX_COUNTED_ADDRESSES,
} from '../../domain/bounds.js';
import type { Address } from '../../domain/channels/address.js';
import { mailboxOf } from '../../domain/channels/email-address.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HOUR, plus } from '../../domain/kernel/instant.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type HistoryEntry, history } from '../read-models/history/history.js';

interface Message {
  readonly notificationId: string;
  readonly at: Instant;
}

/** Below this number of messages per hour from this instance the history is not queried; most addresses never reach it. */
const ASKED_FROM = MAX / 10;

/** Counts the messages to each mailbox within an hour, over all partners and all spellings of its address. */
@Injectable()
export class RateLimit {
  readonly #raised = boundedCache<readonly Message[]>(MAX_COUNTED_ADDRESSES);

  constructor(private readonly readModels: ReadModels) {}

  /**
   * Counts a message if its address may have one more. Messages of other instances count once they are in the history, from this
   * instance's tenth message on, so several instances may exceed the limit by a few.
   */
  async admit(address: Address, notificationId: string, now: Instant): Promise<boolean> {
    const key = `${address.channel}:${mailboxOf(address.value)}`;
    const since = plus(now, -HOUR);
    if (this.#recent(key, since).length >= ASKED_FROM) {
      const decided = await this.#decided(address, since);
      const mine = this.#recent(key, since).map((message) => message.notificationId);
      const all = new Set([...decided, ...mine]);
      if (!all.has(notificationId) && all.size >= MAX) return false;
    }
    this.#raised.set(key, [...this.#recent(key, since), { notificationId, at: now }].slice(-MAX));
    return true;
  }

  #recent(key: string, since: Instant): readonly Message[] {
    return (this.#raised.get(key) ?? []).filter(({ at }) => at > since);
  }

  async #decided({ channel, value }: Address, since: Instant): Promise<readonly string[]> {
    const { documents } = await this.readModels.find<HistoryEntry>(history, {
      where: { recipientMailbox: mailboxOf(value), channel, decision: 'raised' },
      range: { decidedAt: { from: plus(since, 1) } },
      orderBy: 'decidedAt',
      limit: MAX,
    });
    return documents.map(({ notificationId }) => notificationId);
  }
}
