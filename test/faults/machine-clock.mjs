import { readFileSync } from 'node:fs';
import { SystemClock } from '../../dist/infrastructure/clock/system-clock.js';

// Loaded into an instance by --import: the clock of the machine that the instance runs on, as machine.ts sets it. Time that passes
// is seen by both clocks, also where the process is stopped; a clock that is set wrong is seen by the clock on the wall only.
const read = () => JSON.parse(readFileSync(process.env.HERALD_TEST_MACHINE, 'utf8'));

SystemClock.prototype.now = () => {
  const { start, begun, passed, ahead } = read();
  return new Date(start + Date.now() - begun + passed + ahead).toISOString();
};
SystemClock.prototype.monotonicMs = () => performance.now() + read().passed;
