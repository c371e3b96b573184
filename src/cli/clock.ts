import type { ClockStatus } from '../application/clock/clock-guard.js';
import { HeraldClient } from './herald-client.js';
import { say } from './terminal.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/** Shows what the clock says, and whether it is believed. @returns the exit code: 1 while it is not. */
export async function show({ url, json }: Options): Promise<number> {
  return print(await new HeraldClient(url).get<ClockStatus>('/v1/clock'), json);
}

/** Confirms that the clock is right. @returns as `show`. */
export async function confirm({ url, json }: Options): Promise<number> {
  return print(await new HeraldClient(url).post<ClockStatus>('/v1/clock/confirm'), json);
}

const print = (status: ClockStatus, json = false): number => {
  if (json) say(JSON.stringify(status));
  else if (status.trusted) say(`The clock says ${status.now}, and is believed.`);
  else
    say(
      `The clock says ${status.now}, and about ${status.expected} was expected: nothing is decided. If it is right: herald clock confirm`,
    );
  return status.trusted ? 0 : 1;
};
