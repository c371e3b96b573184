import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { Workers } from '../../src/application/schedule/workers.js';
import { happened } from '../contract/events.js';
import { anEvent } from '../http/events.js';
import { JSON_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';
import { breakBen } from './ben.js';

let writer: TestHerald;
let follower: TestHerald;
beforeAll(async () => {
  writer = await startTestHerald();
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = writer.herald.config;
  follower = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
});
afterAll(async () => {
  await follower.stop();
  await writer.stop();
});

it('An instance that waits for documents which another writes waits no longer than these take', async () => {
  const projections = follower.herald.app.get(Projections);
  expect(projections.isWriting('agenda')).toBe(false);
  // Of no concern to any projection.
  await follower.herald.app.get(EventStore).append('other-1', [happened()], 'no-stream');
  await projections.caughtUp('agenda');
});

it('An instance that does not write a projection lists what is parked, and has it retried', async () => {
  const broken = breakBen();
  await writer.publishAll(SMALL_WORLD);
  const status = async () => (await follower.get<ProjectionStatus>('/v1/projections/people')).body;
  const isParked = ({ parkedDocuments }: ProjectionStatus) => parkedDocuments.count === 1;
  const { parkedDocuments } = await until(status, isParked);
  expect(parkedDocuments.first).toMatchObject([{ reason: 'Nobody may be called Ben.' }]);
  const projections = follower.herald.app.get(Projections);
  expect(projections.isWriting('people')).toBe(false);
  // Nobody waits for Ben.
  await projections.caughtUp('people');

  const retry = async () =>
    (await follower.post<ProjectionStatus>('/v1/projections/people/retry', JSON_TYPE, '')).body;
  expect((await retry()).parkedDocuments.first).toMatchObject([{ reason: 'Nobody may be called Ben.' }]);
  broken.mockRestore();
  expect(await retry()).toMatchObject({ parkedDocuments: { count: 0 }, behind: 0 });
});

it('A Herald that waits for documents whose writer is silent ends all the same', async () => {
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = writer.herald.config;
  const other = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
  let goOn = (): void => undefined;
  const silence = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const documents = writer.herald.app.get(DocumentStore);
  const write = documents.write.bind(documents);
  const silent = vi.spyOn(documents, 'write').mockImplementation(async (...written) => {
    await silence;
    return write(...written);
  });
  const waits = vi.spyOn(other.herald.app.get(Projections), 'caughtUp');
  await writer.publish(anEvent('late', 'social-account.removed', { accountId: 'late' }));
  const round = other.herald.app.get(Workers).settle();
  await until(
    async () => waits.mock.calls.length,
    (calls) => calls > 0,
  );
  await other.stop();
  await round;
  goOn();
  silent.mockRestore();
  await writer.settled();
});

it('Who takes over knows what is parked, also where the store failed at that moment', async () => {
  const one = await startTestHerald();
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = one.herald.config;
  const other = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
  const projections = other.herald.app.get(Projections);
  const broken = breakBen();
  await one.publishAll(SMALL_WORLD);
  const parked = async () => projections.parked('people').length;
  await until(parked, (count) => count === 1);
  broken.mockRestore();
  const store = other.herald.app.get(DocumentStore);
  const { checkpoint, write } = { checkpoint: store.checkpoint.bind(store), write: store.write.bind(store) };
  let hasTaken = false;
  vi.spyOn(store, 'write').mockImplementation(async (collection, writes, upTo) => {
    await write(collection, writes, upTo);
    // It writes this lease only when it takes it.
    if (writes.some(({ id }) => id === 'projection:people')) hasTaken = true;
  });
  let failures = 0;
  vi.spyOn(store, 'checkpoint').mockImplementation((collection) => {
    if (!hasTaken || failures > 0) return checkpoint(collection);
    failures += 1;
    return Promise.reject(new Error('The server is away.'));
  });
  await one.herald.stop();
  await until(
    async () => failures === 1 && projections.isWriting('people'),
    (isWriting) => isWriting,
  );
  expect(await parked()).toBe(1);
  await projections.retry('people');
  expect(await parked()).toBe(0);
  await projections.caughtUp('people');
  await other.stop();
  await one.stop();
});

it('A Herald that does not look after replays says who does', async () => {
  const { status, body } = await follower.post<ProblemBody>('/v1/projections/people/replay', JSON_TYPE, '');
  expect(status).toBe(409);
  expect(body).toMatchObject({
    code: 'rebuild-owned-elsewhere',
    detail: expect.stringContaining(`process ${process.pid} on `),
  });
});
