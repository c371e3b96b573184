import { Injectable, Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { MAX_KNOWN_REFERENCES } from '../../domain/bounds.js';
import { Partner, userOf } from '../../domain/partner/partner.js';
import { SocialAccount } from '../../domain/social-account/social-account.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { LogOnce } from '../concurrency/log-once.js';
import { LogRestored } from '../events/log-restored.js';
import type { InboundEvent } from './cloud-event.js';

/** What an event is about and Herald does not know: it was never registered, added or connected. */
export interface Unknown {
  readonly unknownPartner?: true;
  readonly unknownUser?: true;
  readonly unknownAccount?: true;
}

interface References {
  readonly partnerId?: string | undefined;
  /** A user of the partner. */
  readonly userId?: string | undefined;
  readonly accountId?: string | undefined;
}

/**
 * Says which partners, users and accounts of an event are not known. What is known stays known, so it is looked up once; what is
 * not is looked up with every request.
 */
@Injectable()
@EventsHandler(LogRestored)
export class UnknownReferences implements IEventHandler<LogRestored> {
  readonly #known = boundedCache<true>(MAX_KNOWN_REFERENCES);
  readonly #logOnce = new LogOnce(new Logger('Receipts'));

  constructor(private readonly aggregates: Aggregates) {}

  /** The restored log may lack what was known. */
  handle(): void {
    this.#known.clear();
  }

  /**
   * What is unknown of each event, now that all of them are recorded.
   * @returns nothing if the log cannot be read: they are recorded all the same.
   */
  async of(events: readonly InboundEvent[]): Promise<readonly Unknown[]> {
    try {
      const references = events.map(referencesOf);
      const found = await this.#lookUp(references);
      this.#logOnce.over();
      return references.map((reference) => unknownOf(reference, (key) => found.has(key)));
    } catch (error) {
      this.#logOnce.about(error);
      return events.map(() => ({}));
    }
  }

  /** The keys of those that are known. Each partner and account is read at most once. */
  async #lookUp(references: readonly References[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const missing = new Map<string, () => Promise<boolean>>();
    for (const reference of references)
      for (const [key, isKnown] of this.#checksOf(reference)) {
        if (this.#known.get(key)) found.add(key);
        else missing.set(key, isKnown);
      }
    await Promise.all(
      [...missing].map(async ([key, isKnown]) => {
        if (!(await isKnown())) return;
        found.add(key);
        this.#known.set(key, true);
      }),
    );
    return found;
  }

  /** How to find out about each, by its key. */
  #checksOf(reference: References): readonly (readonly [key: string, isKnown: () => Promise<boolean>])[] {
    const { partnerId, userId, accountId } = reference;
    const partner = () => this.aggregates.recent(Partner, partnerId ?? '');
    const account = () => this.aggregates.recent(SocialAccount, accountId ?? '');
    const { ofPartner, ofUser, ofAccount } = keysOf(reference);
    return [
      ...(partnerId === undefined
        ? []
        : [[ofPartner, async () => (await partner()).state.registration !== undefined] as const]),
      ...(userId === undefined
        ? []
        : [[ofUser, async () => userOf((await partner()).state, userId)?.added !== undefined] as const]),
      ...(accountId === undefined
        ? []
        : [[ofAccount, async () => (await account()).state.connection !== undefined] as const]),
    ];
  }
}

const keysOf = ({ partnerId, userId, accountId }: References) => ({
  ofPartner: `partner:${partnerId}`,
  ofUser: `user:${partnerId}/${userId}`,
  ofAccount: `account:${accountId}`,
});

const unknownOf = (reference: References, isKnown: (key: string) => boolean): Unknown => {
  const { ofPartner, ofUser, ofAccount } = keysOf(reference);
  return {
    ...(reference.partnerId !== undefined && !isKnown(ofPartner) ? { unknownPartner: true } : {}),
    ...(reference.userId !== undefined && !isKnown(ofUser) ? { unknownUser: true } : {}),
    ...(reference.accountId !== undefined && !isKnown(ofAccount) ? { unknownAccount: true } : {}),
  };
};

/** What an event names beside what it registers, adds or connects itself. */
const referencesOf = ({ type, data }: InboundEvent): References => {
  switch (type) {
    case 'herald.solution.configured.v1':
    case 'herald.partner.registered.v1':
      return {};
    case 'herald.partner-user.added.v1':
      return { partnerId: data.partnerId };
    case 'herald.social-account.connected.v1':
      return { partnerId: data.partnerId, userId: data.ownerId };
    default:
      return data;
  }
};
