import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import * as running from '../replay/running.js';

const { ask, newFolder, publish, until } = running;
const TIME = { HERALD_CLOCK_START: '2026-03-02T09:00:02Z' };
const start = (folder: string, more: Record<string, string> = {}) =>
  running.start(folder, { ...TIME, ...more });

const accounts = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => [
    anEvent(`${name}${n}`, 'social-account.connected', {
      ...{ accountId: `${name}${n}`, partnerId: 'nordlicht', network: 'x', kind: 'company' },
      displayName: name,
    }),
    {
      ...anEvent(`${name}${n}-ended`, 'social-account.token-invalidated', {
        accountId: `${name}${n}`,
        reason: 'revoked',
      }),
      time: '2026-03-02T09:00:01Z',
    },
  ]).flat();

const filesOfLog = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('events.db'));

/** Copies the log, with what is not yet in its main file. */
const backUp = (folder: string): void => {
  mkdirSync(join(folder, 'copy'));
  for (const name of filesOfLog(folder)) cpSync(join(folder, name), join(folder, 'copy', name));
};
const putBack = (folder: string): void => {
  for (const name of filesOfLog(folder)) rmSync(join(folder, name));
  cpSync(join(folder, 'copy'), folder, { recursive: true });
};

/** Accounts that were decided about, as the log has it. */
const decided = async (folder: string, name: string): Promise<number> => {
  const log = new SqliteEventStore({ file: join(folder, 'events.db') });
  const streams = new Set<string>();
  for await (const batch of log.readAll())
    for (const { type, stream } of batch) if (type === 'SlotDecided') streams.add(stream);
  await log.close();
  return [...streams].filter((stream) => stream.startsWith(`socialAccount-${name}`)).length;
};

const statuses = async (url: string) =>
  (await ask<{ items: readonly ProjectionStatus[] }>(url, '/v1/projections')).body.items;
const allFollow = (url: string) =>
  until(
    () => statuses(url),
    (items) => items.every(({ behind }) => behind === 0),
    60_000,
  );

it('An older copy of the log is put back: the read models are rebuilt by themselves, and all that is new is decided', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await publish(first.url, [...SMALL_WORLD, ...accounts('old', 5)]);
  await until(
    () => decided(folder, 'old'),
    (count) => count === 5,
  );
  await first.stop();
  backUp(folder);
  const second = await start(folder);
  await publish(second.url, accounts('lost', 30));
  await until(
    () => decided(folder, 'lost'),
    (count) => count === 30,
  );
  await allFollow(second.url);
  await second.stop();
  putBack(folder);

  const third = await start(folder);
  // More than was lost, so that the log is soon longer than the read models have seen.
  await publish(third.url, accounts('new', 200));
  await until(
    () => decided(folder, 'new'),
    (count) => count === 200,
    90_000,
  );
  for (const { live, previous } of await allFollow(third.url))
    expect([live, previous]).toEqual([expect.stringMatching(/\.2$/), expect.stringMatching(/\.1$/)]);
  // Those of the lost log do not answer again.
  expect(await ask(third.url, '/v1/projections/people/roll-back', 'POST')).toMatchObject({
    status: 409,
    body: { code: 'nothing-to-roll-back', detail: expect.stringContaining('another log') },
  });
  await third.stop();
}, 180_000);

it('A log that has grown beyond the read models since it was put back is noticed by its last event', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await publish(first.url, SMALL_WORLD);
  await allFollow(first.url);
  await first.stop();
  backUp(folder);
  const second = await start(folder);
  await publish(second.url, accounts('lost', 3));
  await allFollow(second.url);
  await second.stop();
  putBack(folder);
  // Another instance with read models of its own writes to it.
  const other = await start(folder, { HERALD_READ_MODELS: `sqlite:${join(folder, 'others')}` });
  await publish(other.url, accounts('new', 50));
  await allFollow(other.url);
  await other.stop();

  const third = await start(folder);
  const shown = async () => {
    const { status, body } = await ask<{ items?: readonly { accountId: string }[] }>(
      third.url,
      '/v1/social-accounts?limit=200',
    );
    return { status, ids: (body.items ?? []).map(({ accountId }) => accountId) };
  };
  const { ids } = await until(shown, ({ status }) => status === 200, 60_000);
  expect(ids).toHaveLength(50);
  expect(ids.every((id) => id.startsWith('new'))).toBe(true);
  await third.stop();
}, 120_000);

it('The write-ahead log is deleted after a kill, or a running folder is copied: all that is new is decided', async () => {
  const folder = newFolder();
  const { url, process: child } = await running.spawnHerald(folder, TIME);
  await publish(url, [...SMALL_WORLD, ...accounts('old', 60)]);
  await allFollow(url);
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  for (const name of readdirSync(folder).filter((one) => /^events\.db-(wal|shm)$/.test(one)))
    rmSync(join(folder, name));
  for (const place of [folder, copy]) {
    const herald = await start(place);
    await publish(herald.url, [...SMALL_WORLD, ...accounts('new', 30)]);
    await until(
      () => decided(place, 'new'),
      (count) => count === 30,
      60_000,
    );
    await allFollow(herald.url);
    await herald.stop();
  }
}, 180_000);

it('A read model that was locked when an instance started on an older copy is compared with it before anything is folded', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await publish(first.url, SMALL_WORLD);
  await allFollow(first.url);
  await first.stop();
  backUp(folder);
  const user = (userId: string) =>
    anEvent(`added-${userId}`, 'partner-user.added', {
      ...{
        userId,
        partnerId: 'nordlicht',
        name: userId,
        email: `${userId}@nordlicht.example`,
        role: 'member',
      },
    });
  const second = await start(folder);
  await publish(second.url, [user('cem')]);
  await allFollow(second.url);
  const people = (await statuses(second.url)).find(({ name }) => name === 'people')?.live;
  await second.stop();
  putBack(folder);

  const lock = new Database(join(folder, 'read-models', `${people}.db`));
  lock.exec('BEGIN IMMEDIATE');
  const third = await start(folder);
  // The log grows beyond the place that the people were at.
  await publish(third.url, [user('dana'), user('emil')]);
  lock.exec('ROLLBACK');
  lock.close();
  const userIds = async () =>
    (await ask<{ items?: readonly { userId: string }[] }>(third.url, '/v1/people')).body.items
      ?.map(({ userId }) => userId)
      .join();
  await until(userIds, (ids) => ids === 'ada,ben,dana,emil', 60_000);
  await third.stop();
}, 120_000);
