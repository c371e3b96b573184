import type {
  ChannelStatus,
  WorkerStatus,
  WorkersStatus,
  WriterStatus,
} from '../../application/operations/get-workers.js';
import { describeLag } from '../../application/read-models/rebuild/describe-progress.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

/** Shows what an instance does. @returns the exit code: 1 while a worker or the mails of a sender wait. */
export async function workers({
  url,
  json,
}: {
  readonly url: string;
  readonly json?: boolean;
}): Promise<number> {
  const status = await new HeraldClient(url).get<WorkersStatus>('/v1/workers');
  if (json) say(JSON.stringify(status));
  else say(...linesOf(status));
  const isWaiting = status.workers.some(({ state }) => state !== 'idle' && state !== 'working');
  return isWaiting || status.channels.some(({ heldSenders }) => heldSenders.length > 0) ? 1 : 0;
}

const linesOf = ({
  now,
  instance,
  workers,
  readModels,
  leases,
  channels,
}: WorkersStatus): readonly string[] => [
  `${instance}, at ${now}`,
  ...workers.map(workerLine),
  ...channels.flatMap(channelLines),
  ...readModels.map(writerLine),
  ...leases.map(
    ({ name, holder = 'nobody', mine, token, unchangedMs }) =>
      `lease ${name}: ${mine ? 'this instance' : holder}, token ${token}, renewed ${unchangedMs} ms ago`,
  ),
];

const workerLine = (one: WorkerStatus): string => {
  const { worker, channel, state, inFlight, concurrency, processed, idleMs, backlog, oldestDueAt } = one;
  const name = channel === undefined ? worker : `${worker} by ${channel}`;
  const last = idleMs === undefined ? '' : `, active ${idleMs} ms ago`;
  const due = oldestDueAt === undefined ? '' : `, the oldest since ${oldestDueAt}`;
  return `${name}: ${state}, ${inFlight} of ${concurrency} in flight, ${processed} processed${last}; ${backlog} due${due}`;
};

const channelLines = ({ channel, relay, heldSenders }: ChannelStatus): readonly string[] => [
  relay.state === 'closed'
    ? `relay of ${channel}: works`
    : `relay of ${channel}: fails since ${relay.since}, next try at ${relay.nextProbeAt}: ${relay.reason}`,
  ...heldSenders.map(
    ({ sender, since, nextProbeAt, reason }) =>
      `mails of ${sender}: held since ${since}, next try at ${nextProbeAt}: ${reason}`,
  ),
];

const writerLine = ({ projection, writes, parked, ...status }: WriterStatus): string => {
  const lag = describeLag(status) ?? 'an older version';
  return `read model ${projection}: ${writes ? 'written here' : 'written elsewhere'}, ${lag}, ${parked} parked`;
};
