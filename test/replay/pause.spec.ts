import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CommandBus } from '@nestjs/cqrs';
import { expect, it, vi } from 'vitest';
import type { Build } from '../../src/application/read-models/rebuild/build.js';
import { makeLog, newFolder, start, until } from './running.js';

const dist = (path: string) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { Builds } = (await dist(
  'application/read-models/rebuild/builds.js',
)) as typeof import('../../src/application/read-models/rebuild/builds.js');
const { RebuildEngine } = (await dist(
  'application/read-models/rebuild/rebuild-engine.js',
)) as typeof import('../../src/application/read-models/rebuild/rebuild-engine.js');
const { StartRebuild } = (await dist(
  'application/read-models/administration/start-rebuild.js',
)) as typeof import('../../src/application/read-models/administration/start-rebuild.js');
const { PauseRebuild } = (await dist(
  'application/read-models/administration/pause-rebuild.js',
)) as typeof import('../../src/application/read-models/administration/pause-rebuild.js');

const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
};

it('A pause waits for a report that is being saved, so that the report does not undo it', async () => {
  const folder = newFolder();
  await makeLog(join(folder, 'events.db'), 200, 20);
  const { app, stop } = await start(folder);
  const [builds, engine, commands] = [app.get(Builds), app.get(RebuildEngine), app.get(CommandBus)];
  const order: string[] = [];
  const save = builds.save.bind(builds);
  const reached = gate();
  const release = gate();
  vi.spyOn(builds, 'save').mockImplementation(async (build) => {
    if (build.status !== 'following') return save(build);
    reached.open();
    await release.opened;
    const saved = await save(build);
    order.push('report saved');
    return saved;
  });
  const end = engine.stop.bind(engine);
  vi.spyOn(engine, 'stop').mockImplementation((name) => {
    order.push('stopped');
    return end(name);
  });

  await commands.execute(new StartRebuild('people'));
  await reached.opened;
  const paused = commands.execute(new PauseRebuild('people'));
  await nextTurn();
  release.open();
  expect(await paused).toMatchObject({ status: 'paused' });
  expect(order).toEqual(['report saved', 'stopped']);
  await stop();

  const again = await start(folder);
  const kept = await until(
    async (): Promise<Build | undefined> => again.app.get(Builds).latest('people'),
    (build) => build !== undefined,
  );
  expect(kept).toMatchObject({ status: 'paused' });
  await again.stop();
});
