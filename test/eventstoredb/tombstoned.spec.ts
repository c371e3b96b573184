import { expect, it } from 'vitest';
import { anEvent } from '../http/events.js';
import { startTestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { EventStoreDouble } from './double/double.js';

it('Events about what somebody has deleted for good are refused, and the others of the batch recorded', async () => {
  const server = await new EventStoreDouble().start();
  const herald = await startTestHerald({ HERALD_EVENT_STORE: server.url });
  try {
    server.log.tombstone('partner-gone');
    const user = (partnerId: string) =>
      anEvent(`eva-${partnerId}`, 'partner-user.added', {
        ...{ userId: 'eva', partnerId, name: 'Eva', email: 'eva@example.com', role: 'admin' },
      });
    const { status, body } = await herald.publishAll<{
      results: readonly { status: string; problem?: { code: string } }[];
    }>([...SMALL_WORLD, user('gone'), user('nordlicht')]);
    expect(status).toBe(207);
    expect(body.results.map((one) => one.problem?.code ?? one.status)).toEqual([
      ...SMALL_WORLD.map(() => 'accepted'),
      'stream-deleted',
      'accepted',
    ]);
  } finally {
    await herald.stop();
    await server.kill();
  }
});
