import type { Readable } from 'node:stream';
import { within } from './failures.js';
import type { LogClient, LogPosition } from './log-client.js';

/** How long a server is asked for its version, in milliseconds. */
const VERSION_MS = 1_000;

/** A position that a filtered subscription has passed, in its place among the events. */
export interface Passed {
  readonly passed: LogPosition;
}

/** The version that the server tells, such as `24.10.5` or `26.0.3.0`; `unknown` if it tells none. */
export const versionOf = (client: Pick<LogClient, 'version'>): Promise<string> =>
  within(VERSION_MS, client.version()).catch(() => 'unknown');

/**
 * Whether a position that a filtered subscription has passed is a place to begin again from. Up to EventStoreDB 24.10.4 and KurrentDB
 * 25.0.0 it may be the end of the log with matching events still to come.
 * @param version as the server tells it; any other form is not trusted.
 */
export const hasTrustedCheckpoints = (version: string): boolean => {
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:\.\d+)?$/.exec(version);
  if (!parts) return false;
  const [, major = 0, minor = 0, patch = 0] = parts.map(Number);
  if (major === 24) return minor > 10 || (minor === 10 && patch >= 5);
  return major === 25 ? minor > 0 || patch > 0 : major > 25;
};

/** What to do about a server whose checkpoints are not trusted; undefined if they are. */
export const versionAdvice = (version: string): string | undefined =>
  hasTrustedCheckpoints(version)
    ? undefined
    : `its server is of version ${version}: with EventStoreDB 24.10.5 or later, or KurrentDB 25.0.1 or later, events of other applications are not looked through again after a lost connection`;

/**
 * What a client calls with each position that a filtered subscription has passed: where the server can be trusted with them, it puts
 * the position among the events, so that it counts only once those before it were taken. The server is asked by each subscription:
 * the next one may be with another node, or a newer version.
 */
export const passedAmongEvents = (client: Pick<LogClient, 'version'>) => {
  let trusts: Promise<boolean> | undefined;
  return async (subscription: Readable, passed: LogPosition): Promise<void> => {
    trusts ??= versionOf(client).then(hasTrustedCheckpoints);
    if (await trusts) subscription.push({ passed } satisfies Passed);
  };
};
