import type { ClockStatus } from '../../application/clock/get-clock-status.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/** Shows what the clock says, and whether it is believed. @returns the exit code: 1 if it is not, or is behind the log. */
export async function show({ url, json }: Options): Promise<number> {
  return print(await new HeraldClient(url).get<ClockStatus>('/v1/clock'), json);
}

/** Confirms that the clock is right. @returns as `show`. */
export async function confirm({ url, json }: Options): Promise<number> {
  return print(await new HeraldClient(url).post<ClockStatus>('/v1/clock/confirm'), json);
}

const print = (status: ClockStatus, json = false): number => {
  say(json ? JSON.stringify(status) : inWords(status));
  return status.trusted && !status.behind ? 0 : 1;
};

const inWords = ({ now, trusted, expected, behind }: ClockStatus): string => {
  if (!trusted)
    return `The clock says ${now}, but about ${expected} was expected. No decisions are made. If it is right, run: herald clock confirm`;
  if (behind)
    return `The clock says ${now}, but the event at position ${behind.position} was recorded at ${behind.recordedAt}. Set the clock by NTP. If it is right and the event has a wrong date, run: herald clock confirm`;
  return `The clock says ${now} and is believed.`;
};
