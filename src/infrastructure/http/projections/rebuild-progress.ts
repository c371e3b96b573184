import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { EventBus, ofType, QueryBus } from '@nestjs/cqrs';
import {
  concat,
  filter,
  interval,
  map,
  merge,
  type Observable,
  of,
  ReplaySubject,
  takeUntil,
  throttleTime,
} from 'rxjs';
import { GetProjection } from '../../../application/read-models/administration/get-projection.js';
import type { Build } from '../../../application/read-models/rebuild/build.js';
import { RebuildReported } from '../../../application/read-models/rebuild/rebuild-reported.js';

/** The least and the most time between two hints, in milliseconds. */
const HINT_PACE = 1_000;
const HINT_AT_LEAST_EVERY = 5_000;

/** What clients that watch rebuilds are sent. A shutdown ends it: an open request would delay the shutdown. */
@Injectable()
export class RebuildProgress implements BeforeApplicationShutdown {
  readonly #stopping = new ReplaySubject<void>(1);

  constructor(
    private readonly queries: QueryBus,
    private readonly events: EventBus,
  ) {}

  beforeApplicationShutdown(): void {
    this.#stopping.next();
  }

  /**
   * The latest build of a projection, then each report of this instance about one.
   * @throws HeraldError `not-found`.
   */
  async reports(projection: string): Promise<Observable<Build>> {
    const { build } = await this.queries.execute(new GetProjection(projection));
    const reports = this.events.pipe(
      ofType(RebuildReported),
      map((reported) => reported.build),
      filter((reported) => reported.name.projection === projection),
    );
    return concat(of(...(build ? [build] : [])), reports).pipe(takeUntil(this.#stopping));
  }

  /**
   * That it is time to look at a projection again: at once if it has a build, after reports at most once a second, and at least every five seconds,
   * because another instance may do the rebuild.
   * @throws HeraldError `not-found`.
   */
  async hints(projection: string): Promise<Observable<unknown>> {
    const reports = await this.reports(projection);
    return merge(reports, interval(HINT_AT_LEAST_EVERY)).pipe(
      throttleTime(HINT_PACE, undefined, { leading: true, trailing: true }),
      takeUntil(this.#stopping),
    );
  }
}
