import { expect, it, onTestFinished, vi } from 'vitest';
import type { WorkersStatus } from '../../src/application/operations/get-workers.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { backUp, restore } from '../delivery/kept-folder.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, newFolder, publish, replayIs, start, until } from '../replay/running.js';

const { PROJECTIONS } = (await import(
  new URL('../../dist/application/read-models/all.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/all.js');
const { ReadModels } = (await import(
  new URL('../../dist/application/read-models/engine/read-models.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/engine/read-models.js');

const { LeaseLost, Leases } = (await import(
  new URL('../../dist/application/leases/leases.js', import.meta.url).href
)) as typeof import('../../src/application/leases/leases.js');

const { Builds } = (await import(
  new URL('../../dist/application/read-models/rebuild/builds.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/rebuild/builds.js');
const { Rebuilds } = (await import(
  new URL('../../dist/application/read-models/rebuild/rebuilds.js', import.meta.url).href
)) as typeof import('../../src/application/read-models/rebuild/rebuilds.js');

type Running = Awaited<ReturnType<typeof start>>;

const TIME = { HERALD_CLOCK_START: '2026-03-02T09:00:02Z' };

/** An account whose authorisation has ended: its first mail is due at once. */
const endedAccount = (accountId: string) => [
  anEvent(accountId, 'social-account.connected', {
    ...{ accountId, partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: accountId },
  }),
  {
    ...anEvent(`${accountId}-ended`, 'social-account.token-invalidated', { accountId, reason: 'revoked' }),
    time: '2026-03-02T09:00:01Z',
  },
];

const aPerson = (userId: string) =>
  anEvent(userId, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example` },
    role: 'admin',
  });

const projectionOf = (name: string): (typeof PROJECTIONS)[number] => {
  const found = PROJECTIONS.find((one) => one.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const versionOf = (name: string) => projectionOf(name) as { version: number };
const statusOf = async (url: string, name: string) =>
  (await ask<ProjectionStatus>(url, `/v1/projections/${name}`)).body;
const people = (url: string) => ask<{ items?: object[]; code?: string }>(url, '/v1/people');
const readModels = async (url: string) =>
  (await ask<{ parts: { part: string; status: string; says?: string }[] }>(url, '/health')).body.parts.find(
    ({ part }) => part === 'read-models',
  );
const mailsTo = async (url: string, account: string) =>
  (await ask<{ items: { outcome?: string }[] }>(url, `/v1/notifications?account=${account}`)).body.items;

const leasesOf = async (url: string): Promise<readonly string[]> =>
  (await ask<WorkersStatus>(url, '/v1/workers')).body.leases
    .filter((lease) => lease.mine)
    .map(({ name }) => name);

/** Lets documents of the next version answer, as an instance of it does when it has built them; the present ones are kept. */
const newerIsLive = async ({ app }: Running, name: string): Promise<string> => {
  const projection = projectionOf(name);
  const readModels = app.get(ReadModels);
  const seen = readModels.of(projection);
  const live = { ...seen.live, version: projection.version + 1 };
  await readModels.point(projection, { live, previous: seen.live }, seen);
  return `${name}@${live.version}.${live.build}`;
};

/** Runs an instance whose code has the next version of read models, on a folder that is new or that it has run on before. */
const upgraded = async (
  folder: string,
  names: readonly string[],
  work: (newer: Running) => Promise<void> = async () => undefined,
): Promise<void> => {
  for (const name of names) versionOf(name).version += 1;
  try {
    const newer = await start(folder, TIME);
    for (const name of names)
      await until(
        () => statusOf(newer.url, name),
        ({ live, behind }) => live.startsWith(`${name}@${versionOf(name).version}.`) && behind === 0,
      );
    await work(newer);
    await newer.stop();
  } finally {
    for (const name of names) versionOf(name).version -= 1;
  }
};

/** Lets the monotonic clock run ahead, as if documents had been behind for longer. */
const later = (millis: number): void => {
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + millis);
  onTestFinished(() => clock.mockRestore());
};

it('After a roll-back of Herald documents that no instance writes do not answer; health says so, and a replay makes them for this version', async () => {
  const folder = newFolder();
  await upgraded(folder, ['agenda', 'people'], ({ url }) => publish(url, SMALL_WORLD));
  const older = await start(folder, TIME);
  // Nothing is missing yet.
  expect((await people(older.url)).body.items).toHaveLength(2);
  expect(await readModels(older.url)).toMatchObject({ status: 'ok' });

  await publish(older.url, [aPerson('cleo'), ...endedAccount('later')]);
  await until(
    () => statusOf(older.url, 'people'),
    ({ behind }) => behind !== 0,
  );
  later(15_000);
  const part = await until(
    () => readModels(older.url),
    (found) => found?.status === 'degraded',
  );
  expect(part?.says).toContain('no instance of that version writes it');
  expect(part?.says).toContain('herald replay agenda');
  expect(part?.says).toContain('herald replay people');
  const refused = await until(
    () => people(older.url),
    ({ status }) => status !== 200,
  );
  expect([refused.status, refused.body.code]).toEqual([503, 'projection-newer']);

  for (const name of ['people', 'agenda']) {
    await ask(older.url, `/v1/projections/${name}/replay`, 'POST');
    await replayIs(older.url, name, 'following');
    expect((await ask(older.url, `/v1/projections/${name}/swap`, 'POST')).status).toBe(200);
  }
  await until(
    () => people(older.url),
    ({ body }) => body.items?.length === 3,
  );
  await until(
    () => mailsTo(older.url, 'later'),
    (mails) => mails.length === 3 && mails.every(({ outcome }) => outcome === 'accepted'),
  );
  await until(
    () => readModels(older.url),
    (found) => found?.status === 'ok',
  );
  await older.stop();
});

it('Documents of this version answer again after a roll-back with what was recorded while newer ones answered', async () => {
  const folder = newFolder();
  const herald = await start(folder, TIME);
  await publish(herald.url, SMALL_WORLD);
  await until(
    () => people(herald.url),
    ({ body }) => body.items?.length === 2,
  );
  const newer = await newerIsLive(herald, 'people');
  await until(
    () => leasesOf(herald.url),
    (names) => !names.includes('projection:people'),
  );
  await publish(herald.url, [aPerson('cleo')]);

  // Another instance has taken over replays.
  const leases = herald.app.get(Leases);
  const lost = vi.spyOn(leases, 'require').mockRejectedValue(new LeaseLost('replays'));
  const refused = await ask<{ code: string }>(herald.url, '/v1/projections/people/roll-back', 'POST');
  expect([refused.status, refused.body.code]).toEqual([409, 'rebuild-owned-elsewhere']);
  expect((await statusOf(herald.url, 'people')).live).toBe(newer);
  lost.mockRestore();

  const { status, body } = await ask<ProjectionStatus>(
    herald.url,
    '/v1/projections/people/roll-back',
    'POST',
  );
  expect([status, body.live]).toEqual([200, `people@${versionOf('people').version}.1`]);
  expect((await people(herald.url)).body.items).toHaveLength(3);
  // They are written from then on.
  await publish(herald.url, [aPerson('dora')]);
  await until(
    () => people(herald.url),
    (found) => found.body.items?.length === 4,
  );
  await herald.stop();
});

it.each(['newer', 'older'])(
  'An instance leaves documents of another version to instances of that version: %s',
  async (which) => {
    const folder = newFolder();
    if (which === 'newer') await upgraded(folder, ['people']);
    else await (await start(folder, TIME)).stop();
    // No rebuild replaces what is older.
    const begin = vi.spyOn(Rebuilds.prototype, 'begin').mockResolvedValue({} as never);
    onTestFinished(() => begin.mockRestore());
    if (which === 'older') versionOf('people').version += 1;
    try {
      const herald = await start(folder, TIME);
      const mine = await leasesOf(herald.url);
      expect(mine).toContain('projection:history');
      expect(mine).not.toContain('projection:people');
      await herald.stop();
    } finally {
      if (which === 'older') versionOf('people').version -= 1;
    }
  },
);

it('A rebuild that a newer version has begun is left to it, also where the read model is not known here', async () => {
  const folder = newFolder();
  const before = await start(folder, TIME);
  await publish(before.url, SMALL_WORLD);
  const { version } = projectionOf('people');
  const build = {
    ...{ status: 'following' as const, swapsItself: true },
    ...{ startedAt: '2026-03-02T09:00:00.000Z' as const, progress: { share: 1, rate: 0 } },
  };
  const builds = before.app.get(Builds);
  await builds.save({ ...build, name: { projection: 'people', version: version + 1, build: 1 } });
  await builds.save({ ...build, name: { projection: 'of-a-later-release', version: 1, build: 1 } });
  await before.stop();

  const older = await start(folder, TIME);
  await until(
    () => leasesOf(older.url),
    (names) => names.includes('replays'),
  );
  const swap = await ask<{ code: string }>(older.url, '/v1/projections/people/swap', 'POST');
  expect([swap.status, swap.body.code]).toEqual([409, 'build-outdated']);
  expect((await statusOf(older.url, 'people')).live).toBe(`people@${version}.1`);
  await older.stop();
});

it('After a roll-back of Herald with an older copy of its log, newer documents are rebuilt for this version, too', async () => {
  const folder = newFolder();
  const newer = ['agenda', 'history'];
  await upgraded(folder, newer, ({ url }) => publish(url, SMALL_WORLD));
  backUp(folder);
  await upgraded(folder, newer, async ({ url }) => {
    await publish(url, endedAccount('lost'));
    await until(
      () => mailsTo(url, 'lost'),
      (mails) => mails.length === 2 && mails.every(({ outcome }) => outcome === 'accepted'),
    );
  });
  await restore(folder, /./);
  const older = await start(folder, TIME);
  for (const name of newer)
    await until(
      () => statusOf(older.url, name),
      ({ live }) => live.startsWith(`${name}@${versionOf(name).version}.`),
    );
  expect(await mailsTo(older.url, 'lost')).toEqual([]);
  await older.stop();
});

it('Documents that a rebuild makes never have the name of those that are kept', async () => {
  const folder = newFolder();
  const before = await start(folder, TIME);
  await publish(before.url, SMALL_WORLD);
  const newer = await newerIsLive(before, 'people');
  await before.stop();

  const older = await start(folder, TIME);
  await ask(older.url, '/v1/projections/people/replay', 'POST');
  await replayIs(older.url, 'people', 'following');
  const swap = await ask<ProjectionStatus>(older.url, '/v1/projections/people/swap', 'POST');
  expect(swap.body).toMatchObject({
    live: `people@${versionOf('people').version}.2`,
    previous: newer,
  });
  expect((await people(older.url)).body.items).toHaveLength(2);
  await older.stop();
});
