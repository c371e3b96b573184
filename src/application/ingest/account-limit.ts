import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { MAX_ACCOUNTS_PER_PARTNER, MAX_PARTNERS_COUNTED } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type AccountDocument, socialAccounts } from '../read-models/social-accounts/social-accounts.js';

const PAGE = 200;

/** How long until the accounts of a full partner are counted again, in milliseconds: some may have been removed. */
const RECOUNT_AFTER_MS = 5_000;

interface Counted {
  readonly accounts: Set<string>;
  /** By the monotonic clock. */
  readonly at: number;
}

/**
 * Limits the social accounts of a partner. Each account is an aggregate of its own, so the limit counts those in the read model
 * and those accepted by this instance since. Several instances may together exceed it by a few.
 */
@Injectable()
export class AccountLimit {
  readonly #accounts = boundedCache<Counted>(MAX_PARTNERS_COUNTED);

  constructor(private readonly readModels: ReadModels) {}

  /**
   * Counts an account that is being connected to a partner.
   * @returns the HeraldError `too-many-accounts` that refuses it; undefined if it may be connected.
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
        if (after) await nextTurn();
      } while (after && accounts.size < MAX_ACCOUNTS_PER_PARTNER);
    } catch {
      // Events are accepted while read models are unavailable or being rebuilt; then only this instance's accounts are counted.
    }
    const counted = { accounts, at: performance.now() };
    this.#accounts.set(partnerId, counted);
    return counted;
  }
}

const tooMany = (partnerId: string): HeraldError =>
  new HeraldError(
    'too-many-accounts',
    `The partner ${partnerId} already has ${MAX_ACCOUNTS_PER_PARTNER} social accounts, which is the limit. Remove unused accounts, then retry.`,
    'data.accountId',
  );
