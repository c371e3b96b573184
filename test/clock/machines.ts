import { vi } from 'vitest';
import { fromMillis, toMillis } from '../../src/domain/kernel/instant.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';

/** When the tests begin, by a right clock. */
export const START = '2026-03-02T09:00:00.000Z';

/** The clocks of the machines that instances run on. A clock on the wall can be set; a monotonic one cannot. */
export const machines = () => {
  const begun = performance.now();
  const clocks: SystemClock[] = [];
  const ahead: number[] = [];
  const right = () => toMillis(START) + performance.now() - begun;
  vi.spyOn(SystemClock.prototype, 'now').mockImplementation(function (this: SystemClock) {
    const known = clocks.indexOf(this);
    const machine = known < 0 ? clocks.push(this) - 1 : known;
    return fromMillis(right() + (ahead[machine] ?? 0));
  });
  return {
    /** What a right clock says. */
    right: () => fromMillis(right()),
    /** Sets the clock of a machine so far ahead of a right one, in milliseconds. Machines are numbered as instances are started. */
    set: (machine: number, millis: number) => {
      ahead[machine] = millis;
    },
    restore: () => vi.restoreAllMocks(),
  };
};
