import { Injectable } from '@nestjs/common';
import type { Document } from '../../ports/document-store.js';
import { EventStore, type Position } from '../../ports/event-store.js';
import type { Parked, Projection } from '../../ports/projection.js';
import { Projections } from '../engine/projections.js';
import { nameOf, ReadModels } from '../engine/read-models.js';
import type { ParkedDocument } from '../parking/parked-documents.js';
import type { Build } from './build.js';
import { Builds } from './builds.js';

/** How many parked documents are shown with a projection. */
const FIRST = 3;

/** A projection as an operator sees it. */
export interface ProjectionStatus {
  readonly name: string;
  /** The version in the code. */
  readonly version: number;
  readonly live: string;
  readonly previous?: string | undefined;
  /**
   * Events of the log that are not in the live documents yet; absent while these are of an older version, and where the log cannot
   * count them.
   */
  readonly behind?: number | undefined;
  /** How much of the log is in the live documents, from 0 to 1, which is all; absent while these are of an older version. */
  readonly share?: number | undefined;
  /** The live documents are of a newer version of Herald: this instance only reads them. */
  readonly newer?: true | undefined;
  /** The event before which it has stopped, because too many of its documents are parked. */
  readonly parked?: Parked | undefined;
  /** The number of parked documents, and the first of them. GET /v1/parked lists all. */
  readonly parkedDocuments: { readonly count: number; readonly first: readonly ParkedDocument[] };
  /** The latest rebuild. */
  readonly build?: Build | undefined;
}

/** Reports the status of each projection. */
@Injectable()
export class ProjectionStatuses {
  constructor(
    private readonly events: EventStore,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly builds: Builds,
  ) {}

  /** @param head the position of the last event of the log. */
  async of(projection: Projection<Document>, head: Position | undefined): Promise<ProjectionStatus> {
    const { name, version } = projection;
    const { live, previous } = this.readModels.of(projection);
    const projector = this.projections.projector(name);
    const isNewer = live.version > version;
    const parked = this.projections.parked(name);
    return {
      name,
      version,
      live: nameOf(live),
      previous: previous && nameOf(previous),
      ...((projector || isNewer) && (await this.#lag(this.projections.written(name), head))),
      newer: isNewer || undefined,
      parked: projector?.parked,
      parkedDocuments: { count: parked.length, first: parked.slice(0, FIRST) },
      build: this.builds.latest(name),
    };
  }

  async #lag(written = '', head = ''): Promise<Pick<ProjectionStatus, 'behind' | 'share'>> {
    if (written >= head) return { behind: 0, share: 1 };
    const [total, done] = await Promise.all([this.events.count(head), this.#count(written)]);
    const share = written === '' ? 0 : this.events.share(written, head);
    return { behind: total !== undefined && done !== undefined ? total - done : undefined, share };
  }

  async #count(upTo: Position): Promise<number | undefined> {
    return upTo === '' ? 0 : this.events.count(upTo);
  }
}
