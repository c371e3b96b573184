import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnMetadata, isOwnStream } from '../../src/application/aggregates/own-events.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { happened } from '../contract/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { EventStoreDouble } from './double/double.js';
import { clientOf, jsonEvent } from './tested-client.js';

let server: EventStoreDouble;
let client: ReturnType<typeof clientOf>;
let herald: TestHerald;

beforeAll(async () => {
  server = await new EventStoreDouble().start();
  client = clientOf(server.url);
  herald = await startTestHerald({ HERALD_EVENT_STORE: server.url, HERALD_INBOX: 'herald-inbox' });
});
afterAll(async () => {
  await herald.stop();
  await client.dispose();
  await server.kill();
});

const { metadata } = happened();

/** Events that look like Herald's own in everything but where they are, or what they lack. */
const FORGED = [
  ['PartnerUserAdded', { userId: 'ghost' }],
  ['NotificationRaised', { notificationId: 'inbox', recipient: { email: 'ceo@victim.example' } }],
  ['Accepted', { notificationId: 'inbox', attempt: 1 }],
] as const;

const write = (stream: string, marks: object) =>
  client.appendToStream(
    stream,
    FORGED.map(([type, data]) => jsonEvent({ type, data, metadata: marks as Record<string, string> })),
  );

const listed = async (path: string): Promise<number> =>
  (await herald.get<{ items: readonly unknown[] }>(path)).body.items.length;

describe('What others write to the same server', () => {
  it('is no history: in the inbox stream, in streams of others, or without what Herald writes', async () => {
    expect((await herald.publishAll(SMALL_WORLD)).status).toBe(202);
    await herald.settled();
    const before = await herald.events();
    const marked = { ...metadata, schema: 'herald/1' };
    for (const stream of [
      'herald-inbox',
      'inbox',
      'orders-7',
      'partnership-nordlicht',
      'partner-',
      'partner-a b',
    ])
      for (const marks of [marked, metadata]) await write(stream, marks);
    await write('partner-other', { commandId: 'x', recordedAt: metadata.recordedAt });
    await write('partner-another', { ...metadata, schema: 'orders/3' });
    for await (const { type } of herald.herald.app.get(EventStore).readStream('herald-inbox'))
      expect.unreachable(type);

    // What Herald records afterwards is folded, so all of that was passed by.
    const [solution] = SMALL_WORLD;
    expect((await herald.publish({ ...solution, id: 'again' })).status).toBe(202);
    await herald.settled();
    expect((await herald.events()).slice(before.length).map(({ type }) => type)).toEqual([
      'SolutionConfigured',
    ]);
    expect(await listed('/v1/people')).toBe(2);
    expect(await listed('/v1/notifications')).toBe(0);
    const { items } = (await herald.get<{ items: ProjectionStatus[] }>('/v1/projections')).body;
    expect(items.map(({ behind, parked }) => [behind, parked])).toEqual(items.map(() => [0, undefined]));
    expect((await herald.moveTo('2026-03-09T12:00:00.000Z')).status).toBe(200);
  });

  it('is distinguished from what Herald wrote before its events had a mark', () => {
    expect(isOwnMetadata(metadata)).toBe(true);
    expect(isOwnMetadata({ ...metadata, schema: 'herald/1' })).toBe(true);
    expect(isOwnMetadata({ ...metadata, actor: undefined, schema: 'herald/1' })).toBe(false);
    expect(isOwnMetadata({ ...metadata, schema: 'orders/1' })).toBe(false);
    expect(isOwnMetadata(null)).toBe(false);
    expect(['partner-a', 'socialAccount-a:b@c', 'notification-1'].every(isOwnStream)).toBe(true);
    expect(['partner', '$partner-a', 'Partner-a', 'partner--', 'contract-1'].some(isOwnStream)).toBe(false);
  });
});
