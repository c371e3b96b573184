import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { anEvent } from '../http/events.js';
import { ask, newFolder, publish, spawnHerald, until } from '../replay/running.js';

const PARTNERS = 300;
const ADMINS = 10;
const NOTIFICATIONS = PARTNERS * ADMINS;

const START = '2026-03-02T09:00:00.000Z';
const MONDAY = '2026-03-09T08:00:00.000Z';
/** When the leases of mails that a killed Herald was sending have run out. */
const LATER = '2026-03-09T12:00:00.000Z';

let eventStore: EventStoreDouble;
let smtp: SMTPServer;
const heralds: Awaited<ReturnType<typeof spawnHerald>>[] = [];
const mails = new Map<string, number>();

beforeAll(async () => {
  eventStore = await new EventStoreDouble().start();
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          const [, id = ''] = /^X-Herald-Notification: (.*)$/m.exec(Buffer.concat(parts).toString()) ?? [];
          mails.set(id.trim(), (mails.get(id.trim()) ?? 0) + 1);
          done();
        });
    },
  });
  // The connections of the one that is killed break off.
  smtp.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET') throw error;
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const { process } of heralds) {
    if (process.exitCode !== null || process.signalCode !== null) continue;
    const ended = once(process, 'exit');
    process.kill('SIGTERM');
    await ended;
  }
  await new Promise<void>((resolve) => smtp.close(resolve));
  await eventStore.kill();
});

/** Not by `fetch`: that waits five minutes for an answer at most, and on a busy machine all of this takes longer. */
const moveTo = (url: string, now: string) =>
  new Promise<boolean>((resolve) => {
    const headers = { 'content-type': 'application/json' };
    request(`${url}/v1/test-clock`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .end(JSON.stringify({ now }));
  });

const world = () => [
  anEvent('solution', 'solution.configured', {
    ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    baseUrl: 'https://portal.acme.example',
    sender: { name: 'Acme', address: 'no-reply@acme.example' },
  }),
  ...Array.from({ length: PARTNERS }, (_, p) => {
    const partnerId = `p${p}`;
    return [
      anEvent(partnerId, 'partner.registered', {
        ...{ partnerId, solutionId: 'acme', name: `Partner ${p}`, timeZone: 'Europe/Berlin' },
      }),
      ...Array.from({ length: ADMINS }, (_, u) =>
        anEvent(`${partnerId}-u${u}`, 'partner-user.added', {
          ...{ userId: `${partnerId}-u${u}`, partnerId, name: `User ${u}`, role: 'admin' },
          email: `u${u}@p${p}.example`,
        }),
      ),
      anEvent(`${partnerId}-a`, 'social-account.connected', {
        ...{ accountId: `${partnerId}-a`, partnerId, network: 'facebook', kind: 'company' },
        ...{ displayName: `Account ${p}`, authorisationExpiresAt: '2026-03-24T12:00:00Z' },
      }),
    ];
  }).flat(),
];

const eventsOfType = (type: string) => eventStore.log.all.filter((event) => event.type === type);

/** How many of these events each notification has. */
const perNotification = (type: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { stream } of eventsOfType(type)) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  return counts;
};

it('three processes share three thousand notifications; one is killed, and none is lost and none sent twice', async () => {
  const folder = newFolder();
  const { port } = smtp.server.address() as AddressInfo;
  const start = (n: number) =>
    spawnHerald(folder, {
      HERALD_EVENT_STORE: eventStore.url,
      HERALD_MAIL: `smtp://127.0.0.1:${port}`,
      HERALD_CLOCK_START: START,
      HERALD_CLOCK_FILE: join(folder, `clock-${n}.txt`),
      HERALD_SECRET: 'the same secret for all three of them',
    });
  const victim = await start(1);
  const others = [await start(2), await start(3)];
  heralds.push(victim, ...others);
  await publish(victim.url, world());

  const moving = heralds.map(({ url }) => moveTo(url, MONDAY));
  await until(
    async () => mails.size,
    (sent) => sent >= NOTIFICATIONS / 10,
    200_000,
  );
  // The first to start holds the leases of the projections: what it does is to be taken over.
  victim.process.kill('SIGKILL');
  await once(victim.process, 'exit');
  expect(await Promise.all(moving)).toEqual([false, true, true]);
  await Promise.all(others.map(({ url }) => moveTo(url, LATER)));

  const raised = perNotification('NotificationRaised');
  const accepted = perNotification('Accepted');
  const unknown = perNotification('OutcomeUnknown');
  expect(raised.size).toBe(NOTIFICATIONS);
  expect(Math.max(...raised.values())).toBe(1);
  expect(Math.max(...perNotification('SendStarted').values())).toBe(1);
  // Of what the killed one was sending at that moment nobody can know whether it arrived; it is not sent again.
  expect(accepted.size + unknown.size).toBe(NOTIFICATIONS);
  expect(unknown.size).toBeLessThan(NOTIFICATIONS / 100);
  expect(Math.max(...mails.values())).toBe(1);
  for (const stream of accepted.keys()) expect(mails.get(stream.slice('notification-'.length))).toBe(1);

  for (const { url } of others) {
    await until(
      async () => (await ask<{ behind: number }>(url, '/v1/projections/history')).body,
      ({ behind }) => behind === 0,
    );
  }
}, 900_000);
