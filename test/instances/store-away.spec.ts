import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { people } from '../../src/application/read-models/people/people.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { EVENT_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
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
  const health = () => herald.get<HealthReport>('/health');
  // The log takes what comes.
  expect((await herald.publish(ada)).status).toBe(202);
  const { body } = await until(health, ({ status }) => status === 503);
  expect(body.status).toBe('down');
  expect((await herald.get('/health/live')).status).toBe(200);
  // What a driver says of its store is in the log only.
  expect(JSON.stringify(body)).not.toContain(away.message);
  expect((await herald.publish(ben)).status).toBe(202);
  for (const failure of failing) failure.mockRestore();

  // Each read model goes on after a pause of its own.
  await until(health, ({ body: { status } }) => status === 'ok');
  await herald.settled();
  const page = await herald.herald.app.get(ReadModels).find(people, { limit: 10 });
  expect(page.documents.map(({ userId }) => userId)).toEqual(['ada', 'ben']);
  const { items } = (await herald.get<{ items: ProjectionStatus[] }>('/v1/projections')).body;
  expect(items.map(({ behind, parked }) => [behind, parked])).toEqual(items.map(() => [0, undefined]));
});

it('A store of read models that is away is known before anything happens', async () => {
  const store = herald.herald.app.get(DocumentStore);
  const away = new HeraldError('document-store-unavailable', 'The server db.internal is away.');
  const failing = vi.spyOn(store, 'checkpoint').mockRejectedValue(away);
  const health = () => herald.get<HealthReport>('/health');
  const { body } = await until(health, ({ status }) => status === 503);
  expect(body.parts).toContainEqual(expect.objectContaining({ part: 'read-model-store', status: 'down' }));
  expect(JSON.stringify(body)).not.toContain('db.internal');
  expect((await herald.get('/health/ready')).status).toBe(503);
  failing.mockRestore();
  await until(health, ({ status }) => status === 200);
});

it('An event store that hangs is known, and delays no answer', async () => {
  const log = herald.herald.app.get(EventStore);
  const hanging = vi.spyOn(log, 'head').mockReturnValue(new Promise(() => undefined));
  const health = async () => {
    const begin = performance.now();
    const answer = await herald.get<HealthReport>('/health');
    return { ...answer, took: performance.now() - begin };
  };
  const answers: number[] = [];
  const { body } = await until(
    async () => {
      const answer = await health();
      answers.push(answer.took);
      return answer;
    },
    ({ status }) => status === 503,
  );
  expect(body.parts).toContainEqual(expect.objectContaining({ part: 'event-store', status: 'down' }));
  answers.sort((a, b) => a - b);
  expect(answers[Math.floor(answers.length / 2)]).toBeLessThan(50);
  hanging.mockRestore();
});

it('An answer about a store that is away names no host, but the request as the log knows it', async () => {
  const log = herald.herald.app.get(EventStore);
  const secret = 'Name resolution failed for dns:SuperSecret/Passw0rd@db.internal:2113';
  const failing = vi
    .spyOn(log, 'append')
    .mockRejectedValue(new HeraldError('event-store-unavailable', secret));
  const { status, body, headers, text } = await herald.send<ProblemBody & { correlationId: string }>(
    '/v1/events',
    {
      method: 'POST',
      headers: { 'content-type': EVENT_TYPE, 'x-request-id': 'ask-4711' },
      body: JSON.stringify({ ...SMALL_WORLD[2], id: 'another' }),
    },
  );
  failing.mockRestore();
  expect({ status, code: body.code, id: body.correlationId }).toEqual({
    status: 503,
    code: 'event-store-unavailable',
    id: 'ask-4711',
  });
  expect(headers.get('x-request-id')).toBe('ask-4711');
  for (const part of ['Passw0rd', 'SuperSecret', 'db.internal', '2113']) expect(text).not.toContain(part);
});
