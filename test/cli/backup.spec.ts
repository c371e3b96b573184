import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SendingStatus } from '../../src/application/delivery/get-sending-status.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, cli, cliWith, newFolder, publish, settingsIn, spawnHerald, until } from '../replay/running.js';

const CLOCK = { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' };

/** Ends an instance, and waits until it has. */
const ended = async ({ process }: Awaited<ReturnType<typeof spawnHerald>>): Promise<void> => {
  const exit = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGTERM');
  await exit;
};

const inFolder = (folder: string, ...args: string[]) =>
  cliWith(folder, { HERALD_SECRET_FILE: join(folder, 'secret.txt') }, ...args);

const peopleIn = async (url: string) =>
  until(
    async () => (await ask<{ items?: unknown[] }>(url, '/v1/people')).body.items,
    (items) => items !== undefined,
  );

it('A log is backed up while Herald writes it, restored with its secret, and what was there is set aside', async () => {
  const folder = newFolder();
  const copy = join(newFolder(), 'copy');
  const first = await spawnHerald(folder, CLOCK);
  await publish(first.url, SMALL_WORLD);
  const saved = await inFolder(folder, 'backup', copy, '--json');
  expect(saved.code, saved.output).toBe(0);
  const { events } = JSON.parse(saved.output) as { events: number };
  expect(readdirSync(copy).sort()).toEqual(['events.db', 'secret.txt']);
  expect(statSync(join(copy, 'events.db')).mode & 0o077).toBe(0);
  await publish(first.url, [
    anEvent('later', 'partner-user.removed', { userId: 'ben', partnerId: 'nordlicht' }),
  ]);

  const early = await inFolder(folder, 'restore', copy);
  expect(early).toMatchObject({ code: 2, output: expect.stringContaining('[log-in-use]') });
  await ended(first);
  const secret = readFileSync(join(folder, 'secret.txt'), 'utf8');
  writeFileSync(join(folder, 'secret.txt'), 'x'.repeat(43), { mode: 0o600 });

  const restored = await inFolder(folder, 'restore', copy);
  expect(restored.code, restored.output).toBe(0);
  expect(restored.output).toContain(`${events} events of ${join(copy, 'events.db')} are in`);
  expect(existsSync(join(folder, 'events.db.before-restore'))).toBe(true);
  expect(readFileSync(join(folder, 'secret.txt'), 'utf8')).toBe(secret);

  const second = await spawnHerald(folder, CLOCK);
  expect(await peopleIn(second.url)).toHaveLength(2);
  await ended(second);
  const again = await inFolder(folder, 'restore', copy);
  expect(again).toMatchObject({ code: 2, output: expect.stringContaining('set aside: move it away') });
});

it('After a restore mails that were sent since the backup hold sending', async () => {
  const folder = newFolder();
  const copy = join(newFolder(), 'copy');
  const first = await spawnHerald(folder, CLOCK);
  await publish(first.url, SMALL_WORLD);
  expect((await inFolder(folder, 'backup', copy)).code).toBe(0);
  await publish(first.url, [anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' })]);
  await until(
    async () => (await ask<{ items: unknown[] }>(first.url, '/v1/notifications?outcome=accepted')).body.items,
    (items) => items.length > 0,
  );
  await ended(first);
  expect((await inFolder(folder, 'restore', copy)).code).toBe(0);
  const second = await spawnHerald(folder, CLOCK);
  const { body } = await ask<SendingStatus>(second.url, '/v1/sending');
  expect(body).toMatchObject({ held: true, why: 'log-restored' });
  await ended(second);
});

it('says what is wrong, and changes nothing', async () => {
  const folder = newFolder();
  const copy = newFolder();
  expect(await inFolder(folder, 'backup', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('[log-missing]'),
  });
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('There is no backup at'),
  });
  writeFileSync(join(copy, 'events.db'), 'These are notes. '.repeat(500));
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('[log-damaged]'),
  });
  expect(await inFolder(folder, 'backup', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('is a backup already'),
  });
  expect(readdirSync(folder)).toEqual([]);
  const { HERALD_READ_MODELS = '' } = settingsIn(folder);
  const server = { HERALD_EVENT_STORE: 'esdb://localhost:2113?tls=false', HERALD_READ_MODELS };
  expect(await cliWith(folder, server, 'backup', join(folder, 'copy'))).toMatchObject({
    code: 2,
    output: expect.stringContaining('has its own tools'),
  });
  expect(await cli(folder, 'backup', '')).toMatchObject({
    code: 2,
    output: expect.stringContaining('<folder>: Expected an id or a name.'),
  });
});
