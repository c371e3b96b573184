import type { Build } from '../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../application/read-models/rebuild/projection-statuses.js';
import { HeraldError, hasCode } from '../../domain/kernel/herald-error.js';
import { describeComparison } from '../audit/differences.js';
import { HeraldClient } from '../herald-client.js';
import { ProgressBar, say } from '../terminal/terminal.js';

export interface ReplayOptions {
  readonly url: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly resume?: boolean;
  readonly from?: string;
}

/** A replay of a projection. */
interface Replayed {
  readonly client: HeraldClient;
  readonly path: string;
  readonly name: string;
  /** The command that resumes it. */
  readonly resume: string;
}

/** How often something is asked of a replay that has caught up: while many events arrive, it is behind again for moments. */
const MAX_TRIES = 20;

/**
 * Rebuilds a projection of a running instance and swaps it in. Ctrl-C pauses it.
 * @returns the exit code: 0; 1 if documents differ that should not; 130 if it was paused.
 */
export async function replay(name: string, options: ReplayOptions): Promise<number> {
  const client = new HeraldClient(options.url);
  const path = `/v1/projections/${encodeURIComponent(name)}`;
  const from = options.from === undefined ? '' : `?from=${encodeURIComponent(options.from)}`;
  const begin = options.resume ? `${path}/resume` : `${path}/replay${from}`;
  const isLook = options.dryRun || options.verify || options.from !== undefined;
  // A look that is resumed stays one.
  const resume = `herald replay ${name} --resume${options.verify ? ' --verify' : isLook ? ' --dry-run' : ''}`;
  const replayed: Replayed = { client, path, name, resume };
  if ((await run(replayed, begin)) === 'paused') {
    say(`Paused. Resume with: ${resume}`);
    return 130;
  }
  const caughtUp = <T>(work: () => Promise<T>) => whenCaughtUp(replayed, work);
  const difference = await caughtUp(() => client.get<Comparison>(`${path}/difference`));
  say(...describeComparison(difference));
  const isSame = difference.hashes.live === difference.hashes.rebuilt;
  if (isLook) {
    await client.post<Build>(`${path}/cancel`);
    say('Nothing was swapped.');
    return options.verify && !isSame ? 1 : 0;
  }
  const { live, previous } = await caughtUp(() => client.post<ProjectionStatus>(`${path}/swap`));
  say(`${live} is live now; ${previous} is kept for POST ${path}/roll-back.`);
  return 0;
}

/**
 * Begins the rebuild and shows its progress until it has caught up, or Ctrl-C has paused it. Ctrl-C counts
 * from before the request: the rebuild may be under way before its answer has come.
 */
async function run(replayed: Replayed, begin: string): Promise<'following' | 'paused'> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  try {
    await replayed.client.post<Build>(begin);
    return await follow(replayed, interrupted.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** @throws HeraldError `replay-not-in-state` if it does not stay caught up, and what the work throws. */
async function whenCaughtUp<T>(replayed: Replayed, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES || !hasCode(error, 'replay-not-in-state')) throw error;
    }
    await follow(replayed, new AbortController().signal);
  }
}

async function follow(
  { client, path, name, resume }: Replayed,
  interrupted: AbortSignal,
): Promise<'following' | 'paused'> {
  const bar = new ProgressBar(name);
  let shown: string | undefined;
  try {
    for await (const { id, status, progress, failure, interruption } of client.events<Build>(
      `${path}/progress`,
      interrupted,
    )) {
      if (progress.done !== undefined) bar.show(progress);
      if (interruption && interruption !== shown)
        bar.note(`Interrupted; it resumes automatically: ${interruption}`);
      shown = interruption;
      if (status === 'following') return 'following';
      if (status === 'paused' || status === 'cancelled' || status === 'swapped')
        throw new HeraldError(
          'replay-not-in-state',
          `${id} is ${status}, by another request. Look at it with: herald projections`,
        );
      if (failure)
        throw new HeraldError(
          'replay-failed',
          `The event ${failure.event} at ${failure.position} cannot be folded: ${failure.reason}. Fix the cause, then run: ${resume}`,
        );
    }
    throw await endOf(client, path);
  } catch (error) {
    if (!interrupted.aborted) throw error;
    await client.post<Build>(`${path}/pause`);
    return 'paused';
  } finally {
    bar.end();
  }
}

/** Why the stream of progress has ended: the credential is no longer valid, Herald is stopped, or something between it and here. */
async function endOf(client: HeraldClient, path: string): Promise<unknown> {
  return client.get(path).then(
    () =>
      new HeraldError(
        'herald-unreachable',
        'Herald shows no more progress: it is being stopped, or the connection broke off. The replay goes on, or resumes at the next start. Look at it with: herald projections',
      ),
    (error: unknown) =>
      hasCode(error, 'herald-unreachable')
        ? new HeraldError('herald-unreachable', 'Herald was stopped; the replay resumes at its next start.')
        : error,
  );
}
