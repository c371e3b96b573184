import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ask, makeLog, newFolder, replayIs, start, until } from './running.js';

const dist = (path: string) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { Leases } = (await dist(
  'application/leases/leases.js',
)) as typeof import('../../src/application/leases/leases.js');
const { RebuildEngine } = (await dist(
  'application/read-models/rebuild/rebuild-engine.js',
)) as typeof import('../../src/application/read-models/rebuild/rebuild-engine.js');
const { RebuildSupervisor } = (await dist(
  'application/read-models/rebuild/rebuild-supervisor.js',
)) as typeof import('../../src/application/read-models/rebuild/rebuild-supervisor.js');

it('A replay continues if its lease was lost and regained before the replay could be stopped', async () => {
  const folder = newFolder();
  await makeLog(join(folder, 'events.db'), 1_000, 100);
  const { url, app, stop } = await start(folder);
  await ask(url, '/v1/projections/people/replay', 'POST');
  await replayIs(url, 'people', 'following');
  const [leases, engine, replays] = [app.get(Leases), app.get(RebuildEngine), app.get(RebuildSupervisor)];
  const keep = leases.keep.bind(leases);
  const lost = vi
    .spyOn(leases, 'keep')
    .mockImplementation(async (names) => (names.includes('replays') ? new Map() : keep(names)));
  const stuck = vi.spyOn(engine, 'stop').mockRejectedValue(new Error('The server is away.'));
  const begun = vi.spyOn(engine, 'start');
  await expect(replays.keepLease()).rejects.toThrow('away');
  stuck.mockRestore();
  lost.mockRestore();
  await until(
    async () => begun.mock.calls,
    (calls) => calls.some(([{ projection }]) => projection === 'people'),
  );
  await replayIs(url, 'people', 'following');
  await stop();
});
