import { Injectable } from '@nestjs/common';
import { type Bound, covers, type Scope } from '../../domain/access/scope.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type PartnerDocument, partners } from '../read-models/partners/partners.js';

/** Lower than all characters of an identifier. */
const LOWEST = '!';

/** Which partners a principal sees: those of its solutions, by the solution that each is in now. */
@Injectable()
export class PartnersInScope {
  constructor(private readonly readModels: ReadModels) {}

  /** Whether the scope covers the partner. A partner without a solution is covered by `all` alone. */
  async covers(scope: Scope, partnerId: string): Promise<boolean> {
    return scope === 'all' || (await this.among(scope, [partnerId])).has(partnerId);
  }

  /** Those of the partners that the scope covers. */
  async among(scope: Scope, partnerIds: readonly string[]): Promise<ReadonlySet<string>> {
    const distinct = new Set(partnerIds);
    if (scope === 'all') return distinct;
    const found = await this.readModels.get<PartnerDocument>(partners, [...distinct]);
    return new Set([...distinct].filter((id) => covers(scope, found.get(id)?.solutionId)));
  }

  /** The next partners that the scope covers, in the order of their ids. @param after undefined: from the first on. */
  async next(scope: Bound, after: string | undefined, limit: number): Promise<readonly string[]> {
    const { documents } = await this.readModels.find<PartnerDocument>(partners, {
      where: { solutionId: scope },
      ...(after === undefined ? {} : { range: { partnerId: { from: `${after}${LOWEST}` } } }),
      orderBy: 'partnerId',
      limit,
    });
    return documents.map(({ partnerId }) => partnerId);
  }
}
