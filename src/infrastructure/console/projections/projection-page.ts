import type { ParkedPage } from '../../../application/read-models/administration/list-parked.js';
import type { ParkedDocument } from '../../../application/read-models/parking/parked-documents.js';
import type { ProjectionStatus } from '../../../application/read-models/rebuild/projection-statuses.js';
import { ANONYMOUS, isPermitted, type Principal } from '../../../domain/access/principal.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { type ProjectionRow, projectionRow } from './projection-row.js';

/** What the view `projections` shows. */
export interface ProjectionsPage extends PageModel {
  readonly rows: readonly ProjectionRow[];
}

/** The page of all projections. */
export const projectionsPage = (statuses: readonly ProjectionStatus[]): ProjectionsPage => ({
  title: 'Projections',
  rows: statuses.map(projectionRow),
});

interface ParkedRow
  extends Pick<
    ParkedDocument,
    'documentId' | 'event' | 'type' | 'position' | 'reason' | 'parkedAt' | 'waiting' | 'waitsFor'
  > {
  /** Where its forms post to. */
  readonly retry: string;
  readonly skip: string;
}

/** What the view `projection` shows. */
export interface ProjectionPage extends PageModel {
  readonly projection: ProjectionRow;
  /** The event before which it has stopped. */
  readonly stopped: ProjectionStatus['parked'];
  readonly canManage: boolean;
  /** Nobody has signed in: whoever decides something says who they are. */
  readonly asksName: boolean;
  readonly canStart: boolean;
  /** How often the state is refreshed, where nothing says when. */
  readonly refresh: string;
  /** The stream that says when to refresh the state; undefined while no rebuild is under way. */
  readonly watch: string | undefined;
  readonly canRollBack: boolean;
  readonly parked: readonly ParkedRow[];
  readonly next: string | undefined;
  readonly first: string | undefined;
}

/** The page of one projection, with a page of its parked documents. */
export const projectionPage = (
  status: ProjectionStatus,
  { items, next }: ParkedPage,
  after: string | undefined,
  principal: Principal,
): ProjectionPage => {
  const { name, version, previous, parked } = status;
  const projection = projectionRow(status);
  const path = at('projections', name);
  return {
    title: name,
    projection,
    stopped: parked,
    canManage: isPermitted(principal, 'operations:manage'),
    asksName: principal.id === ANONYMOUS.id,
    canStart: projection.build?.canStart ?? true,
    refresh: projection.build?.status === 'building' ? 'every 1s' : 'every 5s',
    watch: projection.build?.isUnderWay ? at('projections', name, 'progress') : undefined,
    // Documents of another version are kept for an instance of that version.
    canRollBack: previous?.startsWith(`${name}@${version}.`) ?? false,
    parked: items.map(parkedRow),
    next: next === null ? undefined : href(path, { after: next }),
    first: after === undefined ? undefined : path,
  };
};

const parkedRow = (document: ParkedDocument): ParkedRow => {
  const { projection, documentId, event, type, position, reason, parkedAt, waiting, waitsFor } = document;
  return {
    ...{ documentId, event, type, position, reason, parkedAt, waiting, waitsFor },
    retry: at('projections', projection, 'parked', documentId, 'retry'),
    skip: at('projections', projection, 'parked', documentId, 'skip'),
  };
};
