import { Injectable } from '@nestjs/common';
import type { Scope } from '../../domain/access/scope.js';
import type { Document } from '../ports/document-store.js';
import type { Projection } from '../ports/projection.js';
import { accountPartners } from '../read-models/account-partners/account-partners.js';
import { approvalQueues } from '../read-models/approval-queues/approval-queues.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { people } from '../read-models/people/people.js';
import { socialAccounts } from '../read-models/social-accounts/social-accounts.js';
import { PartnersInScope } from '../tenancy/partners-in-scope.js';

/** Read models that know whom Herald may have to notify. The agenda is not among them: it is what coverage checks. */
const SOURCES = [people, socialAccounts, accountPartners, approvalQueues] as unknown as readonly Projection<
  Document & { readonly partnerId?: string }
>[];

/** Lower than all characters of an identifier. */
const LOWEST = '!';

/** The partners that have people, accounts or posts. */
@Injectable()
export class CoveredPartners {
  constructor(
    private readonly readModels: ReadModels,
    private readonly partners: PartnersInScope,
  ) {}

  /** Whether the scope covers the partner. */
  covers(scope: Scope, partnerId: string): Promise<boolean> {
    return this.partners.covers(scope, partnerId);
  }

  /** The first partner after this one that the scope covers, in the order of the ids; undefined after the last. */
  async next(scope: Scope, after: string | undefined): Promise<string | undefined> {
    if (scope !== 'all') return (await this.partners.next(scope, after, 1))[0];
    const range = { partnerId: after === undefined ? {} : { from: `${after}${LOWEST}` } };
    const pages = await Promise.all(
      SOURCES.map((source) => this.readModels.find(source, { range, orderBy: 'partnerId', limit: 1 })),
    );
    const found = pages.flatMap(({ documents }) => documents[0]?.partnerId ?? []);
    return found.sort()[0];
  }
}
