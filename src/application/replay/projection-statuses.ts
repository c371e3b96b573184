import { Injectable } from '@nestjs/common';
import { EventStore, type Position } from '../event-store.js';
import { PROJECTIONS, projectionNamed } from '../projections/all.js';
import type { Parked } from '../projections/projection.js';
import { Projections } from '../projections/projections.js';
import { nameOf, ReadModels } from '../projections/read-models.js';
import type { Build } from './build.js';
import { Builds } from './builds.js';

/** A projection as an admin sees it. */
export interface ProjectionStatus {
  readonly name: string;
  /** The version in the code. */
  readonly version: number;
  readonly live: string;
  readonly previous?: string | undefined;
  /** Events of the log that are not in the live documents yet; absent while these are of an older version. */
  readonly behind?: number | undefined;
  /** The event that it stands still before. */
  readonly parked?: Parked | undefined;
  /** The latest rebuild. */
  readonly build?: Build | undefined;
}

/** Says how far each projection is. */
@Injectable()
export class ProjectionStatuses {
  constructor(
    private readonly events: EventStore,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly builds: Builds,
  ) {}

  /** All projections. */
  all(): Promise<readonly ProjectionStatus[]> {
    return Promise.all(PROJECTIONS.map(({ name }) => this.of(name)));
  }

  /** @throws HeraldError `not-found`. */
  async of(name: string): Promise<ProjectionStatus> {
    const projection = projectionNamed(name);
    const { live, previous } = this.readModels.of(projection);
    const projector = this.projections.projector(name);
    const [total, done] = await Promise.all([
      this.#count(await this.events.head()),
      this.#count(projector?.written),
    ]);
    return {
      name,
      version: projection.version,
      live: nameOf(live),
      previous: previous && nameOf(previous),
      behind: projector && total - done,
      parked: projector?.parked,
      build: this.builds.latest(name),
    };
  }

  async #count(upTo: Position | undefined): Promise<number> {
    return upTo === undefined ? 0 : this.events.count(upTo);
  }
}
