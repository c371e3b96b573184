import type { Clock } from '../../application/ports/clock.js';
import { SystemClock } from '../clock/system-clock.js';
import { TestClock } from '../clock/test-clock.js';
import type { Config } from './config.js';

/** The machine's clock, or a test clock that stands still until it is moved. */
export const clockOf = ({ HERALD_CLOCK, HERALD_CLOCK_FILE, HERALD_CLOCK_START }: Config): Promise<Clock> => {
  const system = new SystemClock();
  return HERALD_CLOCK === 'system'
    ? Promise.resolve(system)
    : TestClock.open(HERALD_CLOCK_FILE, HERALD_CLOCK_START ?? system.now());
};
