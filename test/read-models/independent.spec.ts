import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import type { LiveProjector } from '../../src/application/read-models/engine/live-projector.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { MAX_BUFFERED_EVENTS } from '../../src/domain/bounds.js';
import { happenings } from '../contract/events.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

let herald: TestHerald;
let projections: Projections;
beforeEach(async () => {
  herald = await startTestHerald();
  projections = herald.herald.app.get(Projections);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

/** Takes the write lock of a read model, as a backup or a person with a SQLite shell does. */
const lock = (projection: string): { release(): void } => {
  const collection = projections.projector(projection)?.collection.name;
  const connection = new Database(join(herald.folder, 'read-models', `${collection}.db`));
  connection.exec('BEGIN IMMEDIATE');
  return {
    release: () => {
      connection.exec('ROLLBACK');
      connection.close();
    },
  };
};

const account = anEvent('account', 'social-account.connected', {
  ...{ accountId: 'a', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Account' },
  authorisationExpiresAt: '2026-12-01T00:00:00Z',
});
const sendNow = anEvent('send-now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });
const user = (userId: string) =>
  anEvent(`added-${userId}`, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example`, role: 'member' },
  });

const mails = () =>
  existsSync(herald.outbox) ? readdirSync(herald.outbox).filter((file) => file.endsWith('.eml')).length : 0;
const readModels = async () =>
  (await herald.get<HealthReport>('/health')).body.parts.find(({ part }) => part === 'read-models');
const behind = async (name: string) => {
  const head = (await herald.head()) ?? '';
  return (projections.projector(name)?.written ?? '') < head;
};

it('A read model whose file is locked delays no other: a mail is sent, health names it, and it continues without a restart', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const errors = vi.spyOn(Logger.prototype, 'error');
  const warnings = vi.spyOn(Logger.prototype, 'warn');
  const aboutPeople = (calls: readonly (readonly unknown[])[]) =>
    calls.filter(([message]) => /^The read model people /.test(String(message))).length;
  const people = lock('people');

  await herald.publishAll([account, sendNow]);
  await until(
    async () => mails(),
    (count) => count === 1,
  );
  await Promise.all(['agenda', 'history', 'social-accounts'].map((name) => projections.caughtUp(name)));
  expect(await behind('people')).toBe(true);

  const says = expect.stringMatching(/^people does not follow the log.*Check the disk.*automatically\.$/);
  const isNoted = (part: Awaited<ReturnType<typeof readModels>>) => part?.status === 'degraded';
  expect(await until(readModels, isNoted)).toMatchObject({ status: 'degraded', says });
  expect((await herald.get('/health/ready')).status).toBe(200);

  people.release();
  await until(
    () => behind('people'),
    (isBehind) => !isBehind,
  );
  await until(readModels, (part) => part?.status === 'ok');
  expect([aboutPeople(errors.mock.calls), aboutPeople(warnings.mock.calls)]).toEqual([1, 1]);
});

it('A read model that fails has the others read nothing again, and reads on from its checkpoint itself', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const projector = projections.projector('people');
  const checkpoint = projector?.written;
  const others = [
    'agenda',
    'history',
    'social-accounts',
    'account-partners',
    'approval-queues',
    'addresses',
    'partners',
    'solutions',
    'dangling',
  ];
  const rereads = others.map((name) => vi.spyOn(projections.projector(name) as LiveProjector, 'reread'));
  const readAll = vi.spyOn(herald.herald.app.get(EventStore), 'readAll');
  const write = vi
    .spyOn(projector as LiveProjector, 'fold')
    .mockRejectedValue(new Error('The disk is full.'));
  await herald.publish(user('cem'));
  await until(readModels, (part) => part?.status === 'degraded');
  await herald.publish(user('dana'));
  await Promise.all(others.map((name) => projections.caughtUp(name)));
  write.mockRestore();
  await until(
    () => behind('people'),
    (isBehind) => !isBehind,
  );
  expect(rereads.map((reread) => reread.mock.calls.length)).toEqual(others.map(() => 0));
  const forwards = readAll.mock.calls.filter(([options]) => options?.direction !== 'backwards');
  expect(new Set(forwards.map(([options]) => options?.from))).toEqual(new Set([checkpoint]));
  const { body } = await herald.get<{ items: { userId: string }[] }>('/v1/people');
  expect(body.items.map(({ userId }) => userId)).toEqual(['ada', 'ben', 'cem', 'dana']);
});

it('The test clock waits for an agenda that fails for a moment, and moves on with it', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const write = vi
    .spyOn(projections.projector('agenda') as LiveProjector, 'fold')
    .mockRejectedValue(new Error('Another process holds its lock.'));
  await herald.publish(account);
  await until(readModels, (part) => part?.status === 'degraded');
  const { body: clock } = await herald.get<{ now: string }>('/v1/test-clock');
  const tries = write.mock.calls.length;
  const moved = herald.moveTo(clock.now);
  await until(
    async () => write.mock.calls.length,
    (now) => now >= tries + 2,
  );
  write.mockRestore();
  expect(await moved).toMatchObject({ status: 200, body: { now: clock.now } });
});

it('A read model that is further behind than events may wait for it reads the log by itself, then is fed again', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const projector = projections.projector('people') as LiveProjector;
  const log = herald.herald.app.get(EventStore);
  const fold = projector.fold.bind(projector);
  let goOn = (): void => undefined;
  const standstill = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  vi.spyOn(projector, 'fold').mockImplementation(async (events) => {
    await standstill;
    return fold(events);
  });
  const readAll = vi.spyOn(log, 'readAll');
  const readForwards = () => readAll.mock.calls.filter(([options]) => options?.direction !== 'backwards');
  // By their type they are for read models; by their stream they concern none.
  const others = () => happenings(500).map((event) => ({ ...event, type: 'PostApproved' }));
  for (let n = 0; n <= MAX_BUFFERED_EVENTS + 500; n += 500)
    await log.append(`other-${n}`, others(), 'no-stream');
  await Promise.all(['agenda', 'history'].map((name) => projections.caughtUp(name)));
  expect([await behind('people'), readForwards()]).toEqual([true, []]);
  goOn();
  await projections.caughtUp('people');
  const reads = readForwards().length;
  expect(reads).toBeGreaterThan(0);
  await herald.publish(user('cem'));
  await projections.caughtUp('people');
  expect(readForwards()).toHaveLength(reads);
});
