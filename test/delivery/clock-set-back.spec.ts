import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Reconsideration } from '../../src/application/decisions/reconsideration.js';
import { Clock } from '../../src/application/ports/clock.js';
import { EventStore, type StoredEvent } from '../../src/application/ports/event-store.js';
import type { Decision } from '../../src/domain/notification/decision.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

it('A clock that was set back a day does not make a raised mail untrue', async () => {
  const { app } = herald.herald;
  const clock = app.get(Clock);
  const now = Date.parse(clock.now());
  const ends = new Date(now + 86_400_000).toISOString();
  await herald.publishAll([
    ...SMALL_WORLD,
    anEvent('account', 'social-account.connected', {
      ...{ accountId: 'a', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Account' },
      authorisationExpiresAt: ends,
    }),
  ]);
  await herald.moveTo(ends);
  const events: StoredEvent[] = [];
  for await (const page of app.get(EventStore).readAll()) events.push(...page);
  const raised = events.find(
    ({ type, data }) => type === 'NotificationRaised' && data.rule === 'account-expired',
  );
  vi.spyOn(clock, 'now').mockReturnValue(new Date(now).toISOString());
  expect(await app.get(Reconsideration).isStillDue(raised?.data as unknown as Decision)).toBe(true);
});
