import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SendingStatus } from '../../src/application/delivery/get-sending-status.js';
import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { startIn } from './kept-folder.js';

const NOW = '2026-03-02T09:00:00.000Z';
const REASON = { reason: 'The relay is moved' };

let folder: string;
let herald: TestHerald;

const start = () => startIn(folder);

/** Always at the same moment: nothing but a hold keeps a mail that is due from being sent. */
const restart = async () => {
  herald = await start();
  await herald.moveTo(NOW);
  await herald.settled();
};

const mails = async () => (await readdir(join(folder, 'outbox')).catch(() => [])).length;

const sendNow = (userId: string) =>
  herald.publish(anEvent(`now-${userId}`, 'digest.requested', { userId, partnerId: 'nordlicht' }));

const show = async () => (await herald.get<SendingStatus>('/v1/sending')).body;

const sending = async () =>
  (await herald.get<{ parts: { part: string; status: string; says?: string }[] }>('/health')).body.parts.find(
    ({ part }) => part === 'sending',
  );

const remove = async (name: string) => {
  for (const suffix of ['', '-wal', '-shm'])
    await rm(join(folder, 'read-models', `${name}${suffix}`), { force: true });
};

/** In a new file: a connection of this process that closes late cannot mend it. */
const damage = async (name: string) => {
  const file = join(folder, 'read-models', name);
  const pages = await readFile(file);
  await remove(name);
  await writeFile(file, Buffer.concat([randomBytes(5_000), pages.subarray(5_000)]));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-lost-'));
  herald = await start();
  await herald.publishAll(SMALL_WORLD);
  await sendNow('ada');
  await herald.moveTo(NOW);
  await herald.settled();
  expect(await mails()).toBe(1);
});
afterEach(async () => {
  await herald.stop();
  await rm(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

describe('Losing a record that can hold sending', () => {
  it.each([
    ['sending-hold@1', 'damaged', damage],
    ['sending-hold@1', 'removed', remove],
    ['begun-mails@1', 'damaged', damage],
    ['begun-mails@1', 'removed', remove],
    ['begun-mails-epoch@1', 'damaged', damage],
    ['begun-mails-epoch@1', 'removed', remove],
  ])('holds sending until an operator releases it: %s was %s', async (record, _, lose) => {
    await herald.post('/v1/sending/hold', 'application/json', REASON);
    await sendNow('ben');
    await herald.stop();
    await lose(`${record}.db`);
    const says = vi.spyOn(Logger.prototype, 'warn');

    await restart();
    expect(await mails()).toBe(1);
    expect(await show()).toMatchObject({ held: true, why: 'record-lost' });
    expect((await show()).lost).toEqual([expect.stringContaining(`${record} (`)]);
    const reason = expect.stringMatching(`Sending is held: .* ${record} .*herald sending release`);
    expect(await sending()).toMatchObject({ status: 'degraded', says: reason });
    expect(says.mock.calls.flat()).toContainEqual(reason);

    await herald.stop();
    await restart();
    expect(await mails()).toBe(1);
    expect(await show()).toMatchObject({ held: true, why: 'record-lost' });

    await herald.post('/v1/sending/release', 'application/json', REASON);
    await herald.moveTo(NOW);
    await herald.settled();
    expect(await mails()).toBe(2);
    await herald.stop();
    await restart();
    expect(await show()).toMatchObject({ held: false });
  });

  it('is also noticed if the note that all exist is lost with one that is not the last', async () => {
    await herald.stop();
    await damage('sending-hold@1.db');
    await remove('safety-records@1.db');
    await restart();
    expect(await show()).toMatchObject({ held: true, why: 'record-lost' });
  });

  it('holds nothing if only the note is lost, or if the read models are new', async () => {
    await herald.stop();
    await remove('safety-records@1.db');
    await restart();
    expect(await show()).toMatchObject({ held: false });
    await herald.stop();
    await rm(join(folder, 'read-models'), { recursive: true });
    await restart();
    expect(await show()).toMatchObject({ held: false });
  });
});

it('A damaged file is set aside with a message that says what is lost, or made again, for each of them', async () => {
  await herald.stop();
  const files = (await readdir(join(folder, 'read-models'))).filter((name) => name.endsWith('.db'));
  expect(files.length).toBeGreaterThan(10);
  for (const name of files) await damage(name);
  const said = vi.spyOn(Logger.prototype, 'error');
  await restart();
  const messages = said.mock.calls.map(([message]) => String(message));
  const of = (name: string) =>
    messages
      .find((message) => message.includes(`/${name}.db is damaged`))
      ?.replace(/^.*set aside as \S+/, '');
  for (const name of files) expect.soft(of(name.replace(/\.db$/, '')), name).toMatch(/^ \w.*\.$/);
  expect(of('sending-hold@1')).toContain('Sending is held until an operator releases it');
  expect(of('skipped-events@1')).not.toContain('is rebuilt from the log');
});
