import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

let folder: string;
let herald: TestHerald | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herald-locked-'));
});
afterEach(async () => {
  await herald?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (): Promise<TestHerald> => {
  herald = await startTestHerald({
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_MAIL: `outbox:${folder}/outbox`,
  });
  return herald;
};

/** Starts an instance, has it fold a few events, and stops it. @returns the file of the people. */
const peopleOfBefore = async (): Promise<string> => {
  const before = await start();
  await before.publishAll(SMALL_WORLD);
  await before.settled();
  const name = before.herald.app.get(Projections).projector('people')?.collection.name;
  await before.stop();
  herald = undefined;
  return join(folder, 'read-models', `${name}.db`);
};

const mails = () =>
  existsSync(join(folder, 'outbox'))
    ? readdirSync(join(folder, 'outbox')).filter((file) => file.endsWith('.eml')).length
    : 0;

const readModels = async ({ get }: TestHerald) =>
  (await get<HealthReport>('/health')).body.parts.find(({ part }) => part === 'read-models');

const WORK = [
  anEvent('account', 'social-account.connected', {
    ...{ accountId: 'a', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Account' },
    authorisationExpiresAt: '2026-12-01T00:00:00Z',
  }),
  anEvent('send-now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }),
  anEvent('added-cem', 'partner-user.added', {
    ...{ userId: 'cem', partnerId: 'nordlicht', name: 'Cem', email: 'cem@nordlicht.example', role: 'member' },
  }),
];

/** A mail goes out, health names the people alone, and they hold all once what stood in their way is gone. */
const worksWithoutPeople = async (release: () => void): Promise<void> => {
  const running = await start();
  await running.publishAll(WORK);
  await until(
    async () => mails(),
    (count) => count === 1,
  );
  expect(
    await until(
      () => readModels(running),
      (part) => part?.status === 'degraded',
    ),
  ).toMatchObject({ says: expect.stringMatching(/^people does not follow the log.*automatically\.$/) });
  expect((await running.get('/health/ready')).status).toBe(200);

  release();
  await until(
    () => readModels(running),
    (part) => part?.status === 'ok',
  );
  await running.settled();
  const { body } = await running.get<{ items: { userId: string }[] }>('/v1/people');
  expect(body.items.map(({ userId }) => userId)).toEqual(['ada', 'ben', 'cem']);
};

it('A read model that is locked when an instance starts holds up no other, and opens by itself later', async () => {
  const connection = new Database(await peopleOfBefore());
  connection.exec('BEGIN IMMEDIATE');
  const startedAt = performance.now();
  await worksWithoutPeople(() => {
    // A lock is waited for 10 s.
    expect(performance.now() - startedAt).toBeGreaterThan(9_000);
    connection.exec('ROLLBACK');
    connection.close();
  });
});

it('A read model that cannot be read when an instance starts holds up no other, and opens by itself later', async () => {
  const file = await peopleOfBefore();
  renameSync(file, `${file}.away`);
  mkdirSync(file);
  await worksWithoutPeople(() => {
    rmdirSync(file);
    renameSync(`${file}.away`, file);
  });
});
