import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Projections } from '../read-models/engine/projections.js';

/** How long a question waits for the first build of the read models, in milliseconds: that of a small log takes less. */
const WAIT_MS = 2_000;

/**
 * Whether questions can be answered: not while read models are being built from the log for the first time, such as after a migration. A
 * list that lacks most of the log would look like the truth.
 */
export class CheckBuilt extends Query<void> {}

@QueryHandler(CheckBuilt)
export class CheckBuiltHandler implements IQueryHandler<CheckBuilt> {
  constructor(private readonly projections: Projections) {}

  /** @throws HeraldError `read-models-rebuilding`. */
  async execute(): Promise<void> {
    if (!(await this.projections.isFirstBuild(WAIT_MS))) return;
    throw new HeraldError(
      'read-models-rebuilding',
      'The read models are being built from the log for the first time, and lack a part of it. Retry later; GET /v1/projections shows the progress.',
    );
  }
}
