import { Injectable } from '@nestjs/common';
import type { Document } from '../ports/document-store.js';
import type { Projection } from '../ports/projection.js';
import { accountPartners } from '../read-models/account-partners/account-partners.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { socialAccounts } from '../read-models/social-accounts/social-accounts.js';

const PAGE = 200;

type OfAccount = Document & { readonly accountId: string };

/** The accounts that are, or ever were, at a partner. */
@Injectable()
export class AccountsOfPartner {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * Their ids, in order, removed ones included. While `account-partners` is built for the first time, those that have left the
   * partner may be missing.
   * @param atLeast how many are enough: of more, some of the last ones may be missing. Default: all.
   */
  async ever(partnerId: string, atLeast = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const [ever, now] = await Promise.all([
      this.#ids(accountPartners, partnerId, atLeast),
      this.#ids(socialAccounts, partnerId, atLeast),
    ]);
    return [...new Set([...ever, ...now])].sort();
  }

  /** Whether an account is, or ever was, at a partner; as far as `account-partners` has been built. */
  async wasAt(partnerId: string, accountId: string): Promise<boolean> {
    const id = `${partnerId}/${accountId}`;
    return (await this.readModels.get(accountPartners, [id])).has(id);
  }

  async #ids<D extends OfAccount>(
    projection: Projection<D>,
    partnerId: string,
    atLeast: number,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await this.readModels.find<D>(projection, { where: { partnerId }, limit: PAGE, after });
      ids.push(...page.documents.map(({ accountId }) => accountId));
      after = page.next;
    } while (after !== undefined && ids.length < atLeast);
    return ids;
  }
}
