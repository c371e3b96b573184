import { afterAll, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { aPost } from '../http/events.js';
import { type ProblemBody, startTestHerald } from '../http/herald.js';
import { idempotency } from '../http/idempotency.contract.js';
import { EventStoreDouble } from './double/double.js';

const servers: EventStoreDouble[] = [];
const newServer = async () => {
  const server = await new EventStoreDouble().start();
  servers.push(server);
  return { HERALD_EVENT_STORE: server.url };
};
afterAll(async () => {
  for (const server of servers) await server.kill();
});

idempotency('EventStoreDB', newServer);

it('Keys are known to all instances on one EventStoreDB, also where the read models are lost', async () => {
  const settings = await newServer();
  const [one, other] = [await startTestHerald(settings), await startTestHerald(settings)];
  try {
    for (let n = 0; n < 10; n += 1) {
      expect((await one.publish(aPost(`k${n}`, { partnerId: 'p1' }))).status).toBe(202);
      const conflict = await other.publish<ProblemBody>(aPost(`k${n}`, { partnerId: 'p2' }));
      expect(conflict).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
    }
    // An instance with read models of its own, which it makes from the log.
    const third = await startTestHerald(settings);
    expect(await third.publish(aPost('k3', { partnerId: 'p1' }))).toMatchObject({
      body: { status: 'duplicate' },
    });
    await third.stop();
  } finally {
    await one.stop();
    await other.stop();
  }
});

it('Where the index of keys cannot be read nothing is taken twice: the platform is asked to come again', async () => {
  const herald = await startTestHerald(await newServer());
  try {
    await herald.publish(aPost('kept'));
    const store = herald.herald.app.get(DocumentStore);
    const failing = vi
      .spyOn(store, 'get')
      .mockRejectedValue(Object.assign(new Error('The server is away.'), { code: 'away' }));
    const head = await herald.head();
    expect((await herald.publish(aPost('kept', { title: 'Changed' }))).status).toBeGreaterThanOrEqual(500);
    expect(await herald.head()).toBe(head);
    failing.mockRestore();
    expect((await herald.publish(aPost('kept', { title: 'Changed' }))).status).toBe(409);
  } finally {
    await herald.stop();
  }
});

it('What a restored log has lost may be published again: the index of keys is rebuilt with it', async () => {
  const first = await startTestHerald(await newServer());
  const { HERALD_READ_MODELS } = first.herald.config;
  await first.publishAll([aPost('lost'), aPost('lost-too', { postId: 'post-2' })]);
  // Its answer shows that the index holds it.
  expect(await first.publish(aPost('lost'))).toMatchObject({ body: { status: 'duplicate' } });
  const restored = await startTestHerald({ ...(await newServer()), HERALD_READ_MODELS });
  try {
    expect(await restored.publish(aPost('lost'))).toMatchObject({ body: { status: 'accepted' } });
  } finally {
    await restored.stop();
    await first.stop();
  }
});
