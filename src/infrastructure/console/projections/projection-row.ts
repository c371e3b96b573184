import { describeLag } from '../../../application/read-models/rebuild/describe-progress.js';
import type { ProjectionStatus } from '../../../application/read-models/rebuild/projection-statuses.js';
import { at } from '../kit/href.js';
import { type BuildView, buildView } from './build-view.js';

/** What each projection is for, by its name. */
const ABOUT: Readonly<Record<string, string>> = {
  agenda: 'What must happen when: the workers find their work here.',
  history: 'What was sent to whom, and what was withheld.',
  'social-accounts': 'Social accounts, and until when they are authorised.',
  'approval-queues': 'Posts that wait for approval.',
  people: 'Partner users and their settings.',
  addresses: 'Every address that a person ever had.',
  partners: 'Partners, and the solution that each is in.',
  solutions: 'Solutions and their settings.',
  dangling: 'What events name although it was never registered.',
  'access-log': 'Who read or changed what.',
};

/** How a projection is, in one word. */
type ProjectionState = 'up-to-date' | 'behind' | 'stopped' | 'read-only' | 'rebuilding';

/** A projection as a row of the list. */
export interface ProjectionRow extends Pick<ProjectionStatus, 'name' | 'version' | 'live' | 'previous'> {
  /** How far it is behind the log, in words. */
  readonly lag: string | undefined;
  readonly href: string;
  readonly about: string | undefined;
  readonly state: ProjectionState;
  readonly parkedCount: number;
  readonly build: BuildView | undefined;
}

const stateOf = ({ newer, parked, share }: ProjectionStatus): ProjectionState => {
  if (newer) return 'read-only';
  if (parked) return 'stopped';
  if (share === undefined) return 'rebuilding';
  return share < 1 ? 'behind' : 'up-to-date';
};

/** A projection as the pages show it. */
export const projectionRow = (status: ProjectionStatus): ProjectionRow => {
  const { name, version, live, previous, parkedDocuments, build } = status;
  return {
    ...{ name, version, live, previous },
    lag: describeLag(status),
    href: at('projections', name),
    about: Object.hasOwn(ABOUT, name) ? ABOUT[name] : undefined,
    state: stateOf(status),
    parkedCount: parkedDocuments.count,
    build: build && buildView(build),
  };
};
