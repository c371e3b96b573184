import { CommandBus } from '@nestjs/cqrs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Leases } from '../../src/application/leases/leases.js';
import { CancelRebuild } from '../../src/application/read-models/administration/cancel-rebuild.js';
import { StartRebuild } from '../../src/application/read-models/administration/start-rebuild.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { Builds } from '../../src/application/read-models/rebuild/builds.js';
import { RebuildEngine } from '../../src/application/read-models/rebuild/rebuild-engine.js';
import { RebuildSupervisor } from '../../src/application/read-models/rebuild/rebuild-supervisor.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';
import { breakBen } from './ben.js';

let one: TestHerald;
let other: TestHerald;
beforeEach(async () => {
  one = await startTestHerald();
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = one.herald.config;
  other = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await one.stop();
});

/** A process that stands still renews nothing, until it is woken. */
const suspended = ({ herald }: TestHerald) => {
  const leases = herald.app.get(Leases);
  const keep = leases.keep.bind(leases);
  let wake = (): void => undefined;
  const sleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  leases.lapse([...PROJECTIONS.map(({ name }) => `projection:${name}`), 'replays']);
  const asleep = vi.spyOn(leases, 'keep').mockImplementation(async (names) => {
    await sleep;
    return keep(names);
  });
  return () => {
    asleep.mockRestore();
    wake();
  };
};

it('An instance that was suspended and regains its leases continues after what another did meanwhile', async () => {
  const mine = one.herald.app.get(Projections);
  const theirs = other.herald.app.get(Projections);
  const broken = breakBen();
  await one.publishAll(SMALL_WORLD);
  await until(
    async () => mine.parked('people').length,
    (count) => count === 1,
  );
  const wake = suspended(one);
  broken.mockRestore();
  await until(
    async () => theirs.isWriting('people'),
    (isWriting) => isWriting,
  );
  await theirs.retry('people');
  await theirs.caughtUp('people');
  await other.stop();
  wake();
  await mine.keepLeases();
  await mine.keepLeases();
  await mine.caughtUp('people');
  expect(mine.isWriting('people')).toBe(true);
  expect(mine.parked('people')).toEqual([]);
});

it('An instance that was suspended and runs replays again knows what another did with them meanwhile', async () => {
  await one.publishAll(SMALL_WORLD);
  await one.settled();
  const [mine, theirs] = [one.herald.app.get(CommandBus), other.herald.app.get(CommandBus)];
  for (const { herald } of [one, other]) {
    // Their threads are of no concern here.
    vi.spyOn(herald.app.get(RebuildEngine), 'start').mockResolvedValue();
    vi.spyOn(herald.app.get(RebuildEngine), 'stop').mockResolvedValue();
  }
  await mine.execute(new StartRebuild('people'));
  const wake = suspended(one);
  const cancelled = () =>
    theirs.execute(new CancelRebuild('people')).then(
      () => true,
      () => false,
    );
  await until(cancelled, (isCancelled) => isCancelled);
  await other.stop();
  wake();
  const supervisor = one.herald.app.get(RebuildSupervisor);
  await supervisor.keepLease();
  await supervisor.keepLease();
  expect(one.herald.app.get(Builds).latest('people')?.status).toBe('cancelled');
});
