import { Injectable } from '@nestjs/common';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { projectionNamed } from '../all.js';
import { Projections } from '../engine/projections.js';
import { isStreamUnit } from '../parking/exceptions.js';
import type { ParkedDocument } from '../parking/parked-documents.js';
import { isRunning } from '../rebuild/build.js';
import { Builds } from '../rebuild/builds.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** What became of a parked document. */
export interface ParkedResult {
  /** `folded`: all its events are in it. `parked`: it stands still, maybe before another event. `rebuilding`: a replay was begun. */
  readonly status: 'folded' | 'parked' | 'rebuilding';
  readonly parked?: ParkedDocument | undefined;
}

/** A parked document, and its retry: what `RetryParked` and `SkipParked` share. */
@Injectable()
export class Parked {
  constructor(
    private readonly projections: Projections,
    private readonly rebuilds: Rebuilds,
    private readonly builds: Builds,
  ) {}

  /** @returns undefined where it is not parked. @throws HeraldError `not-found` for an unknown projection. */
  find(projection: string, documentId: string): ParkedDocument | undefined {
    const parked = this.projections.parked(projectionNamed(projection).name);
    return parked.find((one) => one.documentId === documentId);
  }

  /** @throws HeraldError `not-found` where it is not parked. */
  get(projection: string, documentId: string): ParkedDocument {
    const parked = this.find(projection, documentId);
    if (parked) return parked;
    throw new HeraldError(
      'not-found',
      `No document ${documentId} of ${projection} is parked: GET /v1/parked lists those that are.`,
    );
  }

  /** Applies the waiting events to it again. What a whole stream is parked for, only a rebuild can put right. */
  async retry(projection: string, documentId: string): Promise<ParkedResult> {
    if (isStreamUnit(documentId)) {
      // Which documents its events concern is known only to a rebuild.
      await this.#rebuild(projection);
      return { status: 'rebuilding' };
    }
    await this.projections.retry(projection, [documentId]);
    const parked = this.find(projection, documentId);
    return parked ? { status: 'parked', parked } : { status: 'folded' };
  }

  /** Unless one that swaps itself is under way. */
  #rebuild(projection: string): Promise<unknown> {
    return this.rebuilds.change(projection, async () => {
      const latest = this.builds.latest(projection);
      if (latest && isRunning(latest) && latest.swapsItself) return;
      this.rebuilds.refuseSecond(latest);
      await this.rebuilds.begin(projectionNamed(projection), true);
    });
  }
}
