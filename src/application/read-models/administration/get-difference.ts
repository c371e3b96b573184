import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { projectionNamed } from '../all.js';
import { collectionOf, ReadModels } from '../engine/read-models.js';
import type { Build } from '../rebuild/build.js';
import type { Comparison } from '../rebuild/compare.js';
import { RebuildEngine } from '../rebuild/rebuild-engine.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** What a swap would change. */
export class GetDifference extends Query<Comparison> {
  /** @param samples at most so many documents that differ are shown. */
  constructor(
    readonly projection: string,
    readonly samples: number,
  ) {
    super();
  }
}

@QueryHandler(GetDifference)
export class GetDifferenceHandler implements IQueryHandler<GetDifference> {
  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly readModels: ReadModels,
    private readonly engine: RebuildEngine,
  ) {}

  /** @throws HeraldError `not-found`, `replay-not-in-state`. */
  async execute({ projection: name, samples }: GetDifference): Promise<Comparison> {
    const build = this.rebuilds.expect(name, 'compare', isComparable);
    const projection = projectionNamed(name);
    const live = this.readModels.collection(projection);
    return this.engine.compare(live, collectionOf(build.name, projection.indexes), samples);
  }
}

const isComparable = ({ status }: Build): boolean => status === 'following' || status === 'paused';
