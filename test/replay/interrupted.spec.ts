import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { agenda as agendaProjection } from '../../src/application/read-models/agenda/agenda.js';
import { approvalQueues } from '../../src/application/read-models/approval-queues/approval-queues.js';
import type { Build } from '../../src/application/read-models/rebuild/build.js';
import type { Comparison } from '../../src/application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import {
  ask,
  cli,
  makeLog,
  newFolder,
  replayIs,
  settingsIn,
  spawnCli,
  spawnHerald,
  start,
  until,
} from './running.js';

const fileOf = (folder: string) => settingsIn(folder).HERALD_EVENT_STORE?.slice('sqlite:'.length) ?? '';
const modelsOf = (folder: string) =>
  new SqliteReadModels({ folder: settingsIn(folder).HERALD_READ_MODELS?.slice('sqlite:'.length) ?? '' });

describe('A replay', () => {
  it('survives a killed process and resumes from its checkpoint', async () => {
    const folder = newFolder();
    await makeLog(fileOf(folder), 150_000, 7_500);
    const first = await spawnHerald(folder);
    const status = async (url: string) =>
      (await ask<ProjectionStatus>(url, '/v1/projections/approval-queues')).body;
    await until(
      () => status(first.url),
      ({ behind }) => behind === 0,
      60_000,
    );
    await ask(first.url, '/v1/projections/approval-queues/replay', 'POST');
    const models = modelsOf(folder);
    const built = { name: `approval-queues@${approvalQueues.version}.2`, indexes: [] };
    const post = (verb: string) => ask<Build>(first.url, `/v1/projections/approval-queues/${verb}`, 'POST');
    // A pause writes what is in memory, and the checkpoint.
    await until(
      async () => {
        await post('pause');
        const checkpoint = await models.checkpoint(built);
        expect((await post('resume')).status).toBe(200);
        return Number(checkpoint ?? 0);
      },
      (checkpoint) => checkpoint > 30_000,
    );
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    const checkpoint = Number(await models.checkpoint(built));
    expect(checkpoint).toBeGreaterThan(30_000);
    expect(checkpoint).toBeLessThan(150_000);
    await models.close();

    const second = await spawnHerald(folder);
    await replayIs(second.url, 'approval-queues', 'following');
    const { body } = await ask<Comparison>(second.url, '/v1/projections/approval-queues/difference');
    expect(body).toMatchObject({ added: 0, changed: 0, removed: 0 });
    expect(body.hashes.rebuilt).toBe(body.hashes.live);
    await ask(second.url, '/v1/projections/approval-queues/cancel', 'POST');

    const agenda = async () => (await ask<ProjectionStatus>(second.url, '/v1/projections/agenda')).body;
    // Ctrl-C in the terminal pauses it, and the next command goes on.
    const terminal = spawnCli('replay', 'agenda', '--url', second.url);
    await until(agenda, ({ build }) => build?.status === 'building' && (build.progress.done ?? 0) >= 5_000);
    terminal.kill('SIGINT');
    const [code] = (await once(terminal, 'exit')) as [number];
    const { build } = await agenda();
    expect({ code, status: build?.status }).toEqual({ code: 130, status: 'paused' });
    expect(build?.progress.done).toBeLessThan(150_000);
    const resumed = await cli(folder, 'replay', 'agenda', '--resume', '--url', second.url);
    expect(resumed).toMatchObject({ code: 0, output: expect.stringContaining('0 changed') });
    expect((await agenda()).live).toBe(`agenda@${agendaProjection.version}.2`);
    second.process.kill('SIGTERM');
    await once(second.process, 'exit');
  }, 120_000);

  it('of a version bumped in code starts by itself while the old one keeps answering, and swaps itself', async () => {
    const folder = newFolder();
    await makeLog(fileOf(folder), 2_000, 100);
    const models = modelsOf(folder);
    const old = { name: 'history@0.1', indexes: [['decidedAt']] };
    const live = { name: 'live@1', indexes: [] };
    await models.ensure(old);
    await models.ensure(live);
    const pointer = { live: { projection: 'history', version: 0, build: 1 }, indexes: old.indexes };
    const document = { id: 'history', position: '000000000001', ...pointer };
    await models.write(live, [{ id: 'history', position: document.position, document }]);
    await models.close();
    const herald = await start(folder);
    const swapped = await until(
      async () => (await ask<ProjectionStatus>(herald.url, '/v1/projections/history')).body,
      ({ live: name }) => name !== 'history@0.1',
    );
    expect(swapped).toMatchObject({
      live: `history@${swapped.version}.1`,
      previous: 'history@0.1',
      behind: 0,
    });
    const { body } = await ask<{ items: unknown[] }>(herald.url, '/v1/notifications?limit=1');
    expect(body.items).toHaveLength(1);
    await herald.stop();
  });

  it('stops at a poison event with its position and reason; live it is parked, and the others go on', async () => {
    const folder = newFolder();
    await makeLog(fileOf(folder), 2_000, 100);
    const log = new SqliteEventStore({ file: fileOf(folder) });
    const at = '2026-01-05T06:00:00.000Z';
    const metadata = {
      $correlationId: 'c',
      $causationId: 'c',
      actor: 'test',
      commandId: 'c',
      occurredAt: at,
      recordedAt: at,
      schemaVersion: 1,
    };
    const id = '5f0f2f0e-6f0c-4f5a-9c53-6d0a6a1d9a11';
    const { position } = await log.append(
      'notification-poison',
      [{ id, type: 'NotificationWithheld', data: {}, metadata }],
      'no-stream',
    );
    await log.append(
      'solution-late',
      [{ id: id.replace('5f0f', '6f0f'), type: 'Unknown', data: {}, metadata }],
      'no-stream',
    );
    await log.close();
    const herald = await start(folder);
    const parked = await until(
      async () => (await ask<ProjectionStatus>(herald.url, '/v1/projections/history')).body,
      ({ parkedDocuments }) => parkedDocuments.count > 0,
    );
    expect(parked.parkedDocuments.first).toMatchObject([
      { position, event: id, reason: expect.stringContaining('undefined') },
    ]);
    await until(
      async () => (await ask<{ items: ProjectionStatus[] }>(herald.url, '/v1/projections')).body.items,
      (items) => items.every(({ behind }) => behind === 0),
    );

    await ask(herald.url, '/v1/projections/history/replay', 'POST');
    const failed = await replayIs(herald.url, 'history', 'failed');
    expect(failed.build?.failure).toMatchObject({ position, event: id });
    const { body: retried } = await ask<ProjectionStatus>(
      herald.url,
      '/v1/projections/history/retry',
      'POST',
    );
    expect(retried.parkedDocuments.first).toMatchObject([{ position }]);
    await herald.stop();
  });
});
