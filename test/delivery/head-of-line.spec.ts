import { afterEach, expect, it, vi } from 'vitest';
import { EventStore } from '../../src/application/ports/event-store.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../replay/running.js';

const NOW = '2026-03-02T09:00:00.000Z';

let stopped: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const stop of stopped) await stop();
  stopped = [];
});

const started = async (misbehave: Parameters<typeof startFaultySmtp>[0]) => {
  const smtp = await startFaultySmtp(misbehave);
  const herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
  stopped.push(
    () => smtp.close(),
    () => herald.stop(),
  );
  return { smtp, herald };
};

const sendNow = (herald: TestHerald, userId: string, id: string) =>
  herald.publish(anEvent(id, 'digest.requested', { userId, partnerId: 'nordlicht' }));

const count = async (herald: TestHerald, type: string): Promise<number> =>
  (await herald.events()).filter((event) => event.type === type).length;

/** How many mails the server was told the recipient of. */
const recipientsOf = (smtp: FaultySmtp): number =>
  smtp.commands().filter((command) => command.startsWith('RCPT')).length;

it('A recipient whose server is silent delays no one else: another Send Now is accepted within 2 s', async () => {
  const { smtp, herald } = await started(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada@') ? 'stall' : undefined,
  );
  await herald.publishAll(SMALL_WORLD);
  await sendNow(herald, 'ada', 'ada-1');
  await until(
    async () => recipientsOf(smtp),
    (begun) => begun === 1,
  );
  const begin = performance.now();
  await sendNow(herald, 'ben', 'ben-1');
  await until(
    () => count(herald, 'Accepted'),
    (accepted) => accepted === 1,
  );
  expect(performance.now() - begin).toBeLessThan(2_000);
});

it('A recipient with many mails whose server says nothing holds one connection, not all', async () => {
  const { smtp, herald } = await started(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada@') ? 'stall' : undefined,
  );
  await herald.publishAll(SMALL_WORLD);
  const ended = '2026-03-02T08:00:00.000Z';
  for (let n = 0; n < 30; n += 1)
    await herald.publish(
      anEvent(`account-${n}`, 'social-account.connected', {
        ...{ accountId: `a${n}`, partnerId: 'nordlicht', network: 'x', kind: 'personal', ownerId: 'ada' },
        ...{ displayName: `A ${n}`, authorisationExpiresAt: ended },
      }),
    );
  await until(
    () => count(herald, 'NotificationRaised'),
    (raised) => raised === 30,
  );
  await sendNow(herald, 'ben', 'ben-1');
  await until(
    () => count(herald, 'Accepted'),
    (accepted) => accepted === 1,
  );
  expect(recipientsOf(smtp)).toBe(2);
  expect(await count(herald, 'SendStarted')).toBe(1);
});

it('A mail server that says nothing to anybody stops no decision: more mails than it has connections wait, and another is raised', async () => {
  const { smtp, herald } = await started(({ stage }) => (stage === 'RCPT' ? 'stall' : undefined));
  const people = Array.from({ length: 20 }, (_, n) => `user-${n}`);
  await herald.publishAll([
    ...SMALL_WORLD,
    ...people.map((userId) =>
      anEvent(userId, 'partner-user.added', {
        ...{ userId, partnerId: 'nordlicht', name: userId, email: `${userId}@nordlicht.example` },
        role: 'member',
      }),
    ),
  ]);
  for (const userId of people) await sendNow(herald, userId, `now-${userId}`);
  await until(
    () => count(herald, 'NotificationRaised'),
    (raised) => raised === people.length,
  );
  // All places are taken, and nothing comes back from the server.
  const begun = await until(
    async () => recipientsOf(smtp),
    (started) => started >= 5,
  );
  expect(begun).toBeLessThan(people.length);
  await sendNow(herald, 'ben', 'ben-1');
  await until(
    () => count(herald, 'NotificationRaised'),
    (raised) => raised === people.length + 1,
    15_000,
  );
  expect(await count(herald, 'SendStarted')).toBe(0);
});

it('What the mail server has said is recorded again until the event store takes it', async () => {
  const { smtp, herald } = await started(() => undefined);
  await herald.publishAll(SMALL_WORLD);
  const log = herald.herald.app.get(EventStore);
  const append = log.append.bind(log);
  let failures = 0;
  vi.spyOn(log, 'append').mockImplementation(async (stream, events, expected) => {
    if (events[0]?.type === 'Accepted' && failures < 3) {
      failures += 1;
      throw new HeraldError('event-store-unavailable', 'away for a moment');
    }
    return append(stream, events, expected);
  });
  await sendNow(herald, 'ada', 'ada-1');
  await herald.moveTo(NOW);
  await herald.moveTo(plus(NOW, 20 * 60_000));
  await herald.settled();
  const { body } = await herald.get<{ items: { outcome: string }[] }>('/v1/notifications');
  expect(failures).toBe(3);
  expect(smtp.received).toHaveLength(1);
  expect(body.items).toEqual([expect.objectContaining({ outcome: 'accepted' })]);
});
