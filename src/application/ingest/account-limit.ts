import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { MAX_ACCOUNTS_PER_PARTNER, MAX_PARTNERS_COUNTED } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/herald-error.js';
import { ReadModels } from '../projections/read-models.js';
import { type AccountDocument, socialAccounts } from '../projections/social-accounts.js';

const PAGE = 200;

/**
 * Keeps a partner from having more social accounts than it may. Each account is an aggregate of its own, so they are counted in the
 * read model, beside those that this instance has taken since. Several instances may together take a few more.
 */
@Injectable()
export class AccountLimit {
  readonly #accounts = new LRUCache<string, Set<string>>({ max: MAX_PARTNERS_COUNTED });

  constructor(private readonly readModels: ReadModels) {}

  /**
   * Counts an account that is connected to a partner.
   * @returns why it is refused: HeraldError `too-many-accounts`; undefined where it may be connected.
   */
  async admit(partnerId: string, accountId: string): Promise<HeraldError | undefined> {
    let known = this.#accounts.get(partnerId) ?? (await this.#count(partnerId));
    // Some may have been removed since they were counted.
    if (known.size >= MAX_ACCOUNTS_PER_PARTNER && !known.has(accountId)) known = await this.#count(partnerId);
    if (known.size >= MAX_ACCOUNTS_PER_PARTNER && !known.has(accountId)) return tooMany(partnerId);
    known.add(accountId);
    return undefined;
  }

  async #count(partnerId: string): Promise<Set<string>> {
    const known = new Set<string>();
    try {
      let after: string | undefined;
      do {
        const page = await this.readModels.find<AccountDocument>(socialAccounts, {
          where: { partnerId },
          limit: PAGE,
          ...(after ? { after } : {}),
        });
        for (const { accountId, status } of page.documents) if (status !== 'removed') known.add(accountId);
        after = page.next;
      } while (after && known.size <= MAX_ACCOUNTS_PER_PARTNER);
    } catch {
      // Facts are taken while read models are away or being rebuilt: then only what this instance takes is counted.
    }
    this.#accounts.set(partnerId, known);
    return known;
  }
}

const tooMany = (partnerId: string): HeraldError =>
  new HeraldError(
    'too-many-accounts',
    `The partner ${partnerId} has ${MAX_ACCOUNTS_PER_PARTNER} social accounts, the most that are taken: remove accounts that are no longer used.`,
    'data.accountId',
  );
