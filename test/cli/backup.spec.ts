import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
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

/** A folder of Herald, and a backup of it. */
const savedBeside = async (what: 'runs' | 'has ended' = 'has ended') => {
  const [folder, copy] = [newFolder(), join(newFolder(), 'copy')];
  const herald = await spawnHerald(folder, CLOCK);
  await publish(herald.url, SMALL_WORLD);
  expect((await inFolder(folder, 'backup', copy)).code).toBe(0);
  if (what === 'has ended') await ended(herald);
  return { folder, copy, herald };
};

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
  expect(again).toMatchObject({
    code: 2,
    output: expect.stringMatching(/set aside .*events.db.before-restore: move it away/),
  });
});

it('A restore that was interrupted is repeated, and never leaves Herald without a log', async () => {
  const { folder, copy } = await savedBeside();
  const log = join(folder, 'events.db');
  // As it is when a restore ends between its last two steps.
  linkSync(log, `${log}.before-restore`);
  writeFileSync(`${log}.restored`, 'half');
  renameSync(join(folder, 'secret.txt'), join(folder, 'secret.txt.before-restore'));
  copyFileSync(join(copy, 'secret.txt'), join(folder, 'secret.txt'));
  const { code, output } = await inFolder(folder, 'restore', copy, '--json');
  expect(code, output).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    ...{ log, secret: 'same' },
    setAside: expect.arrayContaining([`${log}.before-restore`]),
  });
  expect(readdirSync(folder).filter((name) => /restored|wal|part/.test(name))).toEqual([]);
});

it('A restore keeps the events that were only in the write-ahead log, and replaces nothing that was set aside before', async () => {
  const { folder, copy, herald } = await savedBeside('runs');
  await publish(herald.url, [
    anEvent('later', 'partner-user.removed', { userId: 'ben', partnerId: 'nordlicht' }),
  ]);
  const exit = new Promise((resolve) => herald.process.once('exit', resolve));
  herald.process.kill('SIGKILL');
  await exit;
  const log = join(folder, 'events.db');
  expect(statSync(`${log}-wal`).size).toBeGreaterThan(0);
  writeFileSync(join(folder, 'secret.txt'), 'y'.repeat(43), { mode: 0o600 });
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({ code: 0 });
  const old = new Database(`${log}.before-restore`);
  const types = old.prepare('SELECT type FROM events').raw().all().flat();
  old.close();
  expect(types).toContain('PartnerUserRemoved');
  renameSync(`${log}.before-restore`, join(copy, 'moved'));
  writeFileSync(join(folder, 'secret.txt'), 'z'.repeat(43), { mode: 0o600 });
  const again = await inFolder(folder, 'restore', copy);
  expect(again).toMatchObject({
    code: 2,
    output: expect.stringMatching(/secret.txt.before-restore: move it/),
  });
  expect(readFileSync(join(folder, 'secret.txt.before-restore'), 'utf8')).toBe('y'.repeat(43));
});

it('A log that cannot be opened is replaced only by force', async () => {
  const { folder, copy } = await savedBeside();
  const log = join(folder, 'events.db');
  writeFileSync(log, 'These are notes. '.repeat(500));
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('--force'),
  });
  expect(readFileSync(log, 'utf8')).toContain('notes');
  expect(await inFolder(folder, 'restore', copy, '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(`${log}.before-restore`, 'utf8')).toContain('notes');
});

it('The write-ahead log of a log that cannot be opened is set aside with it, is named, and is not replaced', async () => {
  const { folder, copy } = await savedBeside();
  const log = join(folder, 'events.db');
  const wal = `${log}.before-restore-wal`;
  writeFileSync(log, 'These are notes. '.repeat(500));
  writeFileSync(`${log}-wal`, 'the latest events');
  const first = await inFolder(folder, 'restore', copy, '--force', '--json');
  expect(first.code, first.output).toBe(0);
  expect(JSON.parse(first.output)).toMatchObject({ setAside: [`${log}.before-restore`, wal] });
  renameSync(`${log}.before-restore`, join(copy, 'moved'));
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining(`Another restore has set aside ${wal}: move it away`),
  });
  expect(readFileSync(wal, 'utf8')).toBe('the latest events');
});

it('The secret of a backup is read by its owner alone, and one that is none is refused', async () => {
  const { folder, copy } = await savedBeside();
  const [saved, secret] = [copy, folder].map((one) => join(one, 'secret.txt')) as [string, string];
  chmodSync(saved, 0o644);
  rmSync(secret);
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 0,
    output: expect.stringContaining(`The secret of the backup is in ${secret}`),
  });
  expect(statSync(secret).mode & 0o777).toBe(0o600);
  writeFileSync(saved, '');
  expect(await inFolder(folder, 'restore', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('is no secret of Herald'),
  });
  rmSync(join(copy, 'events.db'));
  expect(await inFolder(folder, 'backup', copy)).toMatchObject({
    code: 2,
    output: expect.stringContaining('is another secret'),
  });
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
