import { Injectable } from '@nestjs/common';
import { covers, type Scope } from '../../domain/access/scope.js';
import type { Document } from '../ports/document-store.js';
import { projectionNamed } from '../read-models/all.js';
import { Projections } from '../read-models/engine/projections.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type Incomplete, incompleteness } from '../read-models/parking/incomplete.js';
import { PartnersInScope } from './partners-in-scope.js';

type Owned = Document & { readonly solutionId?: string; readonly partnerId?: string };

/** Whether an answer may lack something because documents are parked: of those that the scope covers. */
@Injectable()
export class IncompleteInScope {
  constructor(
    private readonly projections: Projections,
    private readonly readModels: ReadModels,
    private readonly partners: PartnersInScope,
  ) {}

  /**
   * How many documents of these read models are parked. For a bound scope, one that was parked before it existed does not count:
   * nobody knows whose it is.
   */
  async of(scope: Scope, names: readonly string[]): Promise<{ readonly incomplete?: Incomplete }> {
    const all = incompleteness(this.projections, names);
    if (scope === 'all' || !all.incomplete) return all;
    let parked = 0;
    for (const name of names) parked += await this.#covered(scope, name);
    return parked > 0 ? { incomplete: { parked } } : {};
  }

  async #covered(scope: Scope, name: string): Promise<number> {
    const ids = this.projections.parked(name).flatMap(({ documentId }) => documentId ?? []);
    if (ids.length === 0) return 0;
    const found = await this.readModels.get<Owned>(projectionNamed(name), ids);
    const documents = [...found.values()];
    const partners = await this.partners.among(
      scope,
      documents.flatMap(({ partnerId }) => partnerId ?? []),
    );
    return documents.filter(({ solutionId, partnerId }) =>
      solutionId === undefined
        ? partnerId !== undefined && partners.has(partnerId)
        : covers(scope, solutionId),
    ).length;
  }
}
