import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStore } from '../../src/application/event-store.js';
import { Projections } from '../../src/application/projections/projections.js';
import { happened } from '../contract/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

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

it('A Herald that waits for documents which another writes waits no longer than these take, whatever happened last', async () => {
  const projections = follower.herald.app.get(Projections);
  expect(projections.isWriting('agenda')).toBe(false);
  // Of no concern to any projection.
  await follower.herald.app.get(EventStore).append('other-1', [happened()], 'no-stream');
  await projections.caughtUp('agenda');
});
