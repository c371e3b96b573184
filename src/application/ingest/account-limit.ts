import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { MAX_ACCOUNTS_PER_PARTNER, MAX_PARTNERS_COUNTED } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type AccountDocument, socialAccounts } from '../read-models/social-accounts/social-accounts.js';

const PAGE = 200;

/** Accounts of a partner that is full are counted again so long after the last time: some may have been removed. In milliseconds. */
const RECOUNT_AFTER_MS = 5_000;

interface Counted {
  readonly accounts: Set<string>;
  /** By the monotonic clock. */
  readonly at: number;
}

/**
 * Keeps a partner from having more social accounts than it may. Each account is an aggregate of its own, so they are counted in the
 * read model, beside those that this instance has taken since. Several instances may together take a few more.
 */
@Injectable()
export class AccountLimit {
  readonly #accounts = new LRUCache<string, Counted>({ max: MAX_PARTNERS_COUNTED });

  constructor(private readonly readModels: ReadModels) {}

  /**
   * Counts an account that is connected to a partner.
   * @returns why it is refused: HeraldError `too-many-accounts`; undefined where it may be connected.
   */
  async admit(partnerId: string, accountId: string): Promise<HeraldError | undefined> {
    let known = this.#accounts.get(partnerId) ?? (await this.#count(partnerId));
    const isFull = () => known.accounts.size >= MAX_ACCOUNTS_PER_PARTNER && !known.accounts.has(accountId);
    if (isFull() && performance.now() - known.at > RECOUNT_AFTER_MS) known = await this.#count(partnerId);
    if (isFull()) return tooMany(partnerId);
    known.accounts.add(accountId);
    return undefined;
  }

  async #count(partnerId: string): Promise<Counted> {
    const accounts = new Set<string>();
    try {
      let after: string | undefined;
      do {
        const page = await this.readModels.find<AccountDocument>(socialAccounts, {
          where: { partnerId },
          limit: PAGE,
          ...(after ? { after } : {}),
        });
        for (const { accountId, status } of page.documents) if (status !== 'removed') accounts.add(accountId);
        after = page.next;
        await nextTurn();
      } while (after && accounts.size < MAX_ACCOUNTS_PER_PARTNER);
    } catch {
      // Facts are taken while read models are away or being rebuilt: then only what this instance takes is counted.
    }
    const counted = { accounts, at: performance.now() };
    this.#accounts.set(partnerId, counted);
    return counted;
  }
}

const tooMany = (partnerId: string): HeraldError =>
  new HeraldError(
    'too-many-accounts',
    `The partner ${partnerId} has ${MAX_ACCOUNTS_PER_PARTNER} social accounts, the most that are taken: remove accounts that are no longer used.`,
    'data.accountId',
  );
