import type { Build } from '../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../application/read-models/rebuild/projection-statuses.js';
import { HeraldError, hasCode, messageOf } from '../../domain/kernel/herald-error.js';
import { codeOfSignal } from '../../infrastructure/process/end-by-signal.js';
import { describeComparison } from '../audit/differences.js';
import { HeraldClient } from '../herald-client.js';
import { ProgressBar, progressOutput, say, warn } from '../terminal/terminal.js';
import { saySwapped } from './projections.js';

export interface ReplayOptions {
  readonly url: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly resume?: boolean;
  readonly from?: string;
  readonly json?: boolean;
}

/** A replay of a projection. */
interface Replayed {
  readonly client: HeraldClient;
  readonly path: string;
  readonly name: string;
  /** The command that resumes it. */
  readonly resume: string;
  readonly json: boolean;
}

/** The signals that interrupt a replay. `timeout` and job runners send SIGTERM. */
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Interrupt = (typeof INTERRUPTS)[number];

/** How often something is asked of a replay that has caught up: while many events arrive, it is behind again for moments. */
const MAX_TRIES = 20;

/**
 * Rebuilds a projection of a running instance and swaps it in. Ctrl-C pauses it, and so do SIGTERM and SIGHUP.
 * @returns the exit code: 0; 1 if documents differ that should not; 130, 143 or 129 if a signal has paused it.
 */
export async function replay(name: string, options: ReplayOptions): Promise<number> {
  const client = new HeraldClient(options.url);
  const path = `/v1/projections/${encodeURIComponent(name)}`;
  const from = options.from === undefined ? '' : `?from=${encodeURIComponent(options.from)}`;
  const begin = options.resume ? `${path}/resume` : `${path}/replay${from}`;
  const isLook = options.dryRun || options.verify || options.from !== undefined;
  // A look that is resumed stays one.
  const resume = `herald replay ${name} --resume${options.verify ? ' --verify' : isLook ? ' --dry-run' : ''}`;
  const replayed: Replayed = { client, path, name, resume, json: options.json ?? false };
  const pausedBy = await run(replayed, begin);
  if (pausedBy) {
    sayEnd(replayed, `Paused. Resume with: ${resume}`);
    return codeOfSignal(pausedBy);
  }
  return untilInterrupted(replayed, () => comparedAndSwapped(replayed, options, isLook));
}

/** Shows what the rebuild changes, and swaps it in unless it is only looked at. @returns the exit code. */
async function comparedAndSwapped(
  replayed: Replayed,
  options: ReplayOptions,
  isLook: boolean,
): Promise<number> {
  const { client, path, json } = replayed;
  const caughtUp = <T>(work: () => Promise<T>) => whenCaughtUp(replayed, work);
  const difference = await caughtUp(() => client.get<Comparison>(`${path}/difference`));
  if (!json) say(...describeComparison(difference));
  const isSame = difference.hashes.live === difference.hashes.rebuilt;
  if (isLook) {
    await client.post<Build>(`${path}/cancel`);
    say(json ? JSON.stringify({ swapped: false, difference }) : 'Nothing was swapped.');
    return options.verify && !isSame ? 1 : 0;
  }
  const status = await caughtUp(() => client.post<ProjectionStatus>(`${path}/swap`));
  const { live, previous } = status;
  say(json ? JSON.stringify({ swapped: true, live, previous, difference }) : saySwapped(status));
  return 0;
}

/**
 * Begins the rebuild and shows its progress until it has caught up, or a signal has paused it. A signal counts
 * from before the request: the rebuild may be under way before its answer has come.
 * @returns the signal that has paused it; undefined once it has caught up.
 */
async function run(replayed: Replayed, begin: string): Promise<Interrupt | undefined> {
  const interrupted = new AbortController();
  return interruptible(
    (signal) => interrupted.abort(signal),
    async () => {
      await replayed.client.post<Build>(begin);
      const status = await follow(replayed, interrupted.signal);
      return status === 'paused' ? (interrupted.signal.reason as Interrupt) : undefined;
    },
  );
}

/** A signal pauses what has caught up, too, and ends the command at once: a comparison may take long, or fails by the pause. */
async function untilInterrupted<T>(replayed: Replayed, work: () => Promise<T>): Promise<T> {
  let ending: Promise<never> | undefined;
  const end = (signal: Interrupt) => {
    ending = endPaused(replayed, signal);
  };
  return interruptible(end, async () => {
    try {
      return await work();
    } finally {
      await ending;
    }
  });
}

async function endPaused(replayed: Replayed, signal: Interrupt): Promise<never> {
  const { client, path, resume } = replayed;
  const says = await client.post<Build>(`${path}/pause`).then(
    () => `Paused. Resume with: ${resume}`,
    (error: unknown) =>
      hasCode(error, 'replay-not-in-state')
        ? 'Not paused: it may be swapped already. Look at it with: herald projections'
        : `Not paused: ${messageOf(error)} Look at the replay with: herald projections`,
  );
  sayEnd(replayed, says);
  process.exit(codeOfSignal(signal));
}

/** Says how an interrupted replay has ended; where the result is JSON, there is none. */
const sayEnd = ({ json }: Replayed, says: string): void => (json ? warn : say)(says);

/** Does something while signals do something else than to end the process; a second one ends it. */
async function interruptible<T>(interrupt: (signal: Interrupt) => void, work: () => Promise<T>): Promise<T> {
  for (const signal of INTERRUPTS) process.once(signal, interrupt);
  try {
    return await work();
  } finally {
    for (const signal of INTERRUPTS) process.removeListener(signal, interrupt);
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
  { client, path, name, resume, json }: Replayed,
  interrupted: AbortSignal,
): Promise<'following' | 'paused'> {
  const bar = new ProgressBar(name, progressOutput(json));
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
