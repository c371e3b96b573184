import { cpus } from 'node:os';

const times = () => {
  const all = cpus().map(({ times }) => times);
  const idle = all.reduce((sum, time) => sum + time.idle, 0);
  const total = all.reduce((sum, time) => sum + Object.values(time).reduce((a, b) => a + b, 0), 0);
  return { idle, total };
};

/** The share of the processors that is in use while this process does nothing for two seconds. */
export async function busyShare() {
  const before = times();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const after = times();
  return 1 - (after.idle - before.idle) / (after.total - before.total);
}
