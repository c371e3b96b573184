import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { aPost } from '../http/events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { until } from '../until.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

it('A log whose file is replaced under a running instance takes nothing more, and health says to restart', async () => {
  const file = join(herald.folder, 'events.db');
  const restored = join(herald.folder, 'restored.db');
  expect((await herald.publish(aPost('1'))).status).toBe(202);
  await herald.settled();
  const running = new Database(file);
  running.exec(`VACUUM INTO '${restored}'`);
  running.close();

  renameSync(restored, file);
  const refused = await herald.publish<ProblemBody>(aPost('2', { postId: 'post-2' }));
  expect(refused).toMatchObject({ status: 503, body: { code: 'log-replaced' } });
  expect(refused.body.detail).toContain('restart');
  expect(refused.text).not.toContain(herald.folder);

  const { body } = await until(
    () => herald.get<HealthReport>('/health'),
    ({ status }) => status === 503,
  );
  expect(body.parts).toContainEqual({
    part: 'event-store',
    status: 'down',
    says: expect.stringContaining('restart the instance'),
  });
  await expect(herald.head()).rejects.toMatchObject({ code: 'log-replaced' });

  const after = new Database(file);
  expect(after.prepare('SELECT count(*) FROM events').raw().all()).toEqual([[1]]);
  after.close();
});
