import type { ClockStatus } from '../../../application/clock/get-clock-status.js';
import type { SendingStatus } from '../../../application/delivery/get-sending-status.js';
import type { PartHealth } from '../../../application/health/health.js';
import type { ChannelStatus, WorkersStatus } from '../../../application/operations/get-workers.js';
import type { HealthReport } from '../../../application/operations/health-report.js';
import { describeLag } from '../../../application/read-models/rebuild/describe-progress.js';
import { isPermitted, type Principal } from '../../../domain/access/principal.js';
import { withoutSecrets } from '../../logging/known-secrets.js';
import { duration } from '../kit/format.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

interface PartRow extends PartHealth {
  /** Where one sees more of it, or changes it. */
  readonly more: string | undefined;
}

interface CircuitRow {
  readonly channel: string;
  /** The sender whose mails are held; undefined for the relay of the channel. */
  readonly sender: string | undefined;
  readonly state: string;
  readonly since: string | undefined;
  readonly reason: string | undefined;
  readonly nextProbeAt: string | undefined;
}

interface WorkerRow extends Pick<WorkersStatus['workers'][number], 'worker' | 'channel' | 'state'> {
  readonly inFlight: number;
  readonly concurrency: number;
  readonly processed: number;
  readonly backlog: number;
  readonly oldestDueAt: string | undefined;
  /** How long nothing has begun or ended, in words. */
  readonly idle: string | undefined;
}

interface LeaseRow extends Pick<WorkersStatus['leases'][number], 'name' | 'holder' | 'mine' | 'token'> {
  readonly unchanged: string;
}

interface WriterRow extends Pick<WorkersStatus['readModels'][number], 'projection' | 'writes' | 'parked'> {
  /** How far it is behind the log, in words. */
  readonly lag: string | undefined;
  readonly href: string;
}

/** What the view `operations` shows. */
export interface OperationsPage extends PageModel {
  readonly canManage: boolean;
  readonly status: HealthReport['status'];
  readonly parts: readonly PartRow[];
  readonly sending: SendingStatus & { readonly begunCount: number };
  readonly clock: ClockStatus;
  /** Whether the principal can confirm the clock, and somebody should. */
  readonly asksClock: boolean;
  readonly instance: string;
  readonly workers: readonly WorkerRow[];
  readonly writers: readonly WriterRow[];
  readonly leases: readonly LeaseRow[];
  readonly circuits: readonly CircuitRow[];
}

/** Where one sees more of a part. */
const MORE: Readonly<Record<string, string>> = {
  sending: '#sending',
  delivery: '#circuits',
  clock: '#clock',
  decisions: '#workers',
  'read-models': at('projections'),
};

/** What the page of operations is made of. */
export interface Operations {
  readonly health: HealthReport;
  readonly sending: SendingStatus;
  readonly clock: ClockStatus;
  readonly workers: WorkersStatus;
}

const canManage = (principal: Principal): boolean => isPermitted(principal, 'operations:manage');

/** The page of how an instance is, and what it does. */
export const operationsPage = (
  { health, sending, clock, workers }: Operations,
  principal: Principal,
): OperationsPage => ({
  title: 'Operations',
  canManage: canManage(principal),
  status: health.status,
  parts: health.parts.map(({ part, status, says }) => ({
    ...{ part, status },
    // A report may quote a mail server.
    ...(says === undefined ? {} : { says: withoutSecrets(says) }),
    more: status === 'ok' || !Object.hasOwn(MORE, part) ? undefined : MORE[part],
  })),
  sending: { ...sending, begunCount: sending.begunSince.length },
  clock,
  asksClock: canManage(principal) && (!clock.trusted || clock.behind !== undefined),
  instance: workers.instance,
  workers: workers.workers.map(({ idleMs, oldestDueAt, ...worker }) => ({
    ...worker,
    oldestDueAt,
    idle: idleMs === undefined ? undefined : duration(idleMs / 1_000),
  })),
  writers: workers.readModels.map((one) => ({
    ...{ projection: one.projection, writes: one.writes, parked: one.parked },
    ...{ lag: describeLag(one), href: at('projections', one.projection) },
  })),
  leases: workers.leases.map(({ name, holder, mine, token, unchangedMs }) => ({
    ...{ name, mine, token },
    ...(holder === undefined ? {} : { holder }),
    unchanged: duration(unchangedMs / 1_000),
  })),
  circuits: workers.channels.flatMap(circuitRows),
});

const circuitRows = ({ channel, relay, heldSenders }: ChannelStatus): readonly CircuitRow[] =>
  [{ sender: undefined, ...relay }, ...heldSenders].map(({ sender, state, since, reason, nextProbeAt }) => ({
    ...{ channel, sender, state, since, nextProbeAt },
    reason: reason === undefined ? undefined : withoutSecrets(reason),
  }));
