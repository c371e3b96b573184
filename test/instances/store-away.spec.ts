import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/document-store.js';
import { people } from '../../src/application/projections/people.js';
import { ReadModels } from '../../src/application/projections/read-models.js';
import type { ProjectionStatus } from '../../src/application/replay/projection-statuses.js';
import { HeraldError } from '../../src/domain/herald-error.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

it('Read models whose store was away go on by themselves where their documents are', async () => {
  const [solution, partner, ada, ben] = SMALL_WORLD;
  await herald.publishAll([solution, partner]);
  await herald.settled();
  const store = herald.herald.app.get(DocumentStore);
  const away = new Error('The server is away.');
  const failing = [
    vi.spyOn(store, 'write').mockRejectedValue(away),
    vi.spyOn(store, 'checkpoint').mockRejectedValue(away),
    vi.spyOn(store, 'get').mockRejectedValue(away),
  ];
  const health = () => herald.get<ProblemBody>('/health');
  // The log takes what comes.
  expect((await herald.publish(ada)).status).toBe(202);
  const { body } = await until(health, ({ status }) => status === 503);
  expect(body).toMatchObject({ code: 'projections-stopped', detail: expect.stringContaining(away.message) });
  expect((await herald.publish(ben)).status).toBe(202);
  for (const failure of failing) failure.mockRestore();

  await until(health, ({ status }) => status === 200);
  await herald.settled();
  const page = await herald.herald.app.get(ReadModels).find(people, { limit: 10 });
  expect(page.documents.map(({ userId }) => userId)).toEqual(['ada', 'ben']);
  const { items } = (await herald.get<{ items: ProjectionStatus[] }>('/v1/projections')).body;
  expect(items.map(({ behind, parked }) => [behind, parked])).toEqual(items.map(() => [0, undefined]));
});

it('A store of read models that is away is known before anything happens', async () => {
  const store = herald.herald.app.get(DocumentStore);
  const away = new HeraldError('document-store-unavailable', 'The server is away.');
  const failing = vi.spyOn(store, 'checkpoint').mockRejectedValue(away);
  const { status, body } = await herald.get<ProblemBody>('/health');
  failing.mockRestore();
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'document-store-unavailable' });
  expect((await herald.get('/health')).status).toBe(200);
});
