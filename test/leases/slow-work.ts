import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { LeaseLost, type LeaseTimes } from '../../src/application/leases/leases.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happened } from '../contract/events.js';
import { until } from '../until.js';
import { type RunningReadModels, slowAgenda, startReadModels } from './slow.js';

/**
 * One event that the agenda takes `slowMs` to look something up for, with so many instances.
 * @returns how many leases were lost until one instance had folded the event.
 */
export const foldSlowly = async (count: number, times: LeaseTimes, slowMs: number): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'herald-leases-'));
  const log = new SqliteEventStore({ file: join(folder, 'events.db') });
  const documents = new SqliteReadModels({ folder: join(folder, 'read-models') });
  let delay = 0;
  slowAgenda(documents, () => delay);
  const instances: RunningReadModels[] = [];
  for (let n = 0; n < count; n += 1) instances.push(await startReadModels(log, documents, times));
  const lost = vi.fn();
  for (const { leases } of instances) {
    const require = leases.require.bind(leases);
    vi.spyOn(leases, 'require').mockImplementation((name) =>
      require(name).catch((error: unknown) => {
        if (error instanceof LeaseLost) lost();
        throw error;
      }),
    );
  }
  delay = slowMs;
  const head = (await log.append('socialAccount-a1', [happened({}, 'TokenExpiring')], 'no-stream')).position;
  const isFolded = async () =>
    instances.some(({ projections }) => (projections.projector('agenda')?.written ?? '') >= head);
  await until(isFolded, (is) => is, 10 * slowMs);
  delay = 0;
  for (const { stop } of instances) await stop();
  await documents.close();
  await log.close();
  await rm(folder, { recursive: true, force: true });
  return lost.mock.calls.length;
};
