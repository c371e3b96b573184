import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toMillis } from '../../src/domain/kernel/instant.js';
import type { Instance } from '../chaos/instance.js';

/** When the tests begin, by a right clock. */
export const START = '2026-03-02T09:00:00.000Z';

const CLOCK = new URL('./machine-clock.mjs', import.meta.url).href;

/** The machine that some instances run on: they keep its time, each in a process of its own. */
export interface Machine {
  /** The settings of an instance on this machine, which loads these modules, too. */
  settings(...imports: readonly string[]): Readonly<Record<string, string>>;
  /** Time passes, for stopped processes as well: now it is at least so many milliseconds after the start. */
  passTo(millis: number): void;
  /** Sets the clock on the wall so many milliseconds ahead of a right one. */
  set(ahead: number): void;
  /** The same instance; `moveTo` lets time pass. */
  on(instance: Instance): Instance;
}

/** @param folder where the time is kept. */
export const startMachine = (folder: string): Machine => {
  const file = join(folder, 'machine.json');
  const clock = { start: toMillis(START), begun: Date.now(), passed: 0, ahead: 0 };
  // A new file each time: an instance reads one or the other.
  const save = (): void => {
    writeFileSync(`${file}.next`, JSON.stringify(clock));
    renameSync(`${file}.next`, file);
  };
  const passTo = (millis: number): void => {
    clock.passed = Math.max(clock.passed, millis);
    save();
  };
  save();
  return {
    settings: (...imports) => ({
      NODE_OPTIONS: [CLOCK, ...imports].map((module) => `--import=${module}`).join(' '),
      HERALD_TEST_MACHINE: file,
      HERALD_CLOCK: 'system',
    }),
    passTo,
    set: (ahead) => {
      clock.ahead = ahead;
      save();
    },
    on: (instance) => ({
      ...instance,
      moveTo: async (now) => passTo(toMillis(now) - toMillis(START)),
    }),
  };
};
