import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventStore, type EventToAppend } from '../../src/application/ports/event-store.js';
import { MAX_DECISIONS_PER_SLOT, MAX_FOLLOW_UP_DAYS } from '../../src/domain/bounds.js';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import { at, type Entry, MONDAY, partner, refused, solution, World } from '../delivery/away.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
  await world.publish(solution('s', { escalationEmail: 'contact@x.example' }), ...partner('p', 's'));
  await world.publish(refused('p-fb', MONDAY));
});
afterEach(() => world.stop());

/** A notification like another one, which was rejected at a moment in the past. */
const rejectedAt = async (model: Entry, recordedAt: string): Promise<Entry> => {
  const log = world.herald.herald.app.get(EventStore);
  const notificationId = randomUUID();
  const events: EventToAppend[] = [];
  for await (const { type, data, metadata } of log.readStream(`notification-${model.notificationId}`)) {
    const rejection = { attempt: 1, about: 'recipient', reason: '550 5.2.2 Mailbox full' };
    events.push({
      id: randomUUID(),
      ...(type === 'Accepted'
        ? { type: 'Rejected', data: { notificationId, ...rejection } }
        : { type, data: { ...data, notificationId } }),
      metadata: { ...metadata, recordedAt, commandId: randomUUID() },
    });
  }
  await log.append(`notification-${notificationId}`, events, 'no-stream');
  return { ...model, notificationId };
};

const followedUp = async (entry: Entry) =>
  (await world.trail(entry)).find(({ type }) => type === 'FollowedUp')?.data;

it('What ended undelivered is escalated for 7 days, and no longer', async () => {
  await world.moveTo('2026-03-02T09:00:01.000Z');
  const [model] = await world.history('outcome=accepted');
  const now = '2026-03-20T09:00:00.000Z';
  await world.moveTo(now);
  const late = await rejectedAt(model as Entry, plus(now, -MAX_FOLLOW_UP_DAYS * DAY));
  const tooLate = await rejectedAt(model as Entry, plus(now, -MAX_FOLLOW_UP_DAYS * DAY - 1));
  await world.moveTo(now);
  await world.herald.settled();
  await world.moveTo(now);
  expect(await followedUp(late)).toMatchObject({ escalation: expect.any(String) });
  expect(await followedUp(tooLate)).toEqual({ notificationId: tooLate.notificationId, attempt: 1 });
});

it('About one recipient and slot there are 10 decisions, each in the place of a superseded one, and no more', async () => {
  world.isAway = true;
  await world.moveTo('2026-03-02T09:00:01.000Z');
  for (let n = 1; n <= MAX_DECISIONS_PER_SLOT; n += 1) {
    const time = plus(MONDAY, n * HOUR);
    await world.moveTo(time);
    const change = { userId: 'p-ada', partnerId: 'p', email: `ada${n}@new.example` };
    await world.publish(at(time, 'partner-user.changed', change));
    await world.moveTo(plus(time, HOUR / 2));
    const raised = await world.history('rule=account-expired&recipient=p-ada');
    expect(raised).toHaveLength(Math.min(n + 1, MAX_DECISIONS_PER_SLOT));
  }
  const raised = await world.history('rule=account-expired&recipient=p-ada');
  expect(raised.map(({ outcome }) => outcome)).toEqual(raised.map(() => 'superseded'));
});
