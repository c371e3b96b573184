import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Makes what it runs the first process of a PID namespace, as in a container: no signal ends that by itself. */
const UNSHARE = ['unshare', '-rpf', '--mount-proc', '--kill-child'] as const;
const [command, ...options] = UNSHARE;

/** Whether this machine lets us. */
export const canBeFirst = spawnSync(command, [...options, 'true']).status === 0;

/** Starts one of our programs as a first process. What is returned has the same exit code. */
export const spawnFirst = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  spawn(command, [...options, process.execPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });

/** A process that has ended has no such files, and takes no signal. */
const GONE = new Set<string | undefined>(['ENOENT', 'ESRCH']);

/** Sends the first process a signal from outside, as a container engine does, unless it has ended. */
export const signalFirst = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const [first] = children.trim().split(' ');
    if (first) process.kill(Number(first), signal);
  } catch (error) {
    if (!GONE.has((error as NodeJS.ErrnoException).code)) throw error;
  }
};
