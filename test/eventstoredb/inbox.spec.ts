import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { MAX_INBOX_RETRIES } from '../../src/domain/bounds.js';
import type { Herald } from '../../src/herald.js';
import { GrpcInbox } from '../../src/infrastructure/grpc-log/grpc-inbox.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, cliWith, newFolder, start, until } from '../replay/running.js';
import { EventStoreDouble } from './double/double.js';
import { binaryEvent, clientOf, connect, jsonEvent } from './tested-client.js';

const STREAM = 'herald-inbox';

let server: EventStoreDouble;
let client: ReturnType<typeof clientOf>;
let heralds: readonly Herald[];
const folder = newFolder();

const settings = () => ({ HERALD_EVENT_STORE: server.url, HERALD_INBOX: STREAM });

beforeAll(async () => {
  server = await new EventStoreDouble().start();
  client = clientOf(server.url);
  const startOne = () => start(folder, { ...settings(), HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  heralds = [await startOne(), await startOne()];
});
afterAll(async () => {
  for (const herald of heralds) await herald.stop();
  await client.dispose();
  await server.kill();
});

const leave = (...events: readonly object[]) =>
  client.appendToStream(
    STREAM,
    events.map((event) => jsonEvent({ type: 'CloudEvent', data: event as Record<string, string> })),
  );

const recorded = (type: string) => server.log.all.filter((event) => event.type === type).length;

const parked = () => cliWith(folder, settings(), 'inbox', 'parked');

describe('The inbox stream', () => {
  it('is read by all instances: each event is recorded once', async () => {
    await leave(...SMALL_WORLD);
    await leave(...SMALL_WORLD);
    await until(
      async () => [
        recorded('SolutionConfigured'),
        recorded('PartnerRegistered'),
        recorded('PartnerUserAdded'),
      ],
      (counts) => counts.join() === '1,1,2',
    );
    expect((await parked()).output).toBe('Nothing is parked.\n');
  });

  it('parks what is refused, with the reason, and continues', async () => {
    await leave(
      { hello: 'world' },
      anEvent('bad', 'partner-user.added', { userId: 'eve', partnerId: 'nordlicht', email: 'no address' }),
      anEvent('good', 'partner-user.added', {
        ...{
          userId: 'gil',
          partnerId: 'nordlicht',
          name: 'Gil',
          email: 'gil@nordlicht.example',
          role: 'admin',
        },
      }),
    );
    await until(
      async () => recorded('PartnerUserAdded'),
      (count) => count === 3,
    );
    const { code, output } = await until(parked, ({ output }) => output.includes('eve'));
    expect(code).toBe(0);
    expect(output).toMatch(/^8 {2}\S+ {2}invalid-cloudevent: /m);
    expect(output).toMatch(/^9 {2}\S+ {2}invalid-event-data: .*email/m);
    expect(output).not.toContain('gil');
  });

  it('takes what was parked once more; what is refused again is parked again', async () => {
    const { code, output } = await cliWith(folder, settings(), 'inbox', 'retry');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('2 events are retried'),
    });
    const again = await until(parked, ({ output }) => output.includes('eve'));
    expect(again.output).toMatch(/invalid-event-data/);
  });

  it('takes JSON that its writer has not marked as JSON, and parks what is none in a form that can be read', async () => {
    const hal = { userId: 'hal', partnerId: 'nordlicht', name: 'Hal', email: 'hal@nordlicht.example' };
    const event = anEvent('unmarked', 'partner-user.added', { ...hal, role: 'admin' });
    const stored = [Buffer.from(JSON.stringify(event)), Buffer.from('no JSON'), Buffer.from([255, 0])];
    await client.appendToStream(
      STREAM,
      stored.map((data) => binaryEvent({ type: 'CloudEvent', data })),
    );
    const { output } = await until(parked, ({ output }) => output.includes('/wA='));
    expect(recorded('PartnerUserAdded')).toBe(4);
    expect(output).toMatch(/invalid-cloudevent: event: Expected a JSON object, got text\.\n {2}"no JSON"\n/);
  });

  const inboxHealth = async () => {
    const { body } = await ask<HealthReport>(heralds[0]?.url ?? '', '/health');
    return body.parts.find(({ part }) => part === 'inbox');
  };

  it('resumes where it was when the server comes back; health says so meanwhile', async () => {
    expect(await inboxHealth()).toEqual({ part: 'inbox', status: 'ok' });
    await server.kill();
    const away = await until(inboxHealth, (part) => part?.status === 'degraded');
    expect(away?.says).toContain('cannot be read');
    await server.start();
    await until(inboxHealth, (part) => part?.status === 'ok');
    const removed = anEvent('after', 'partner-user.removed', { userId: 'ben', partnerId: 'nordlicht' });
    // The first call of a client after a drop fails.
    await until(
      () =>
        leave(removed).then(
          () => true,
          () => false,
        ),
      (left) => left,
    );
    await until(
      async () => recorded('PartnerUserRemoved'),
      (count) => count === 1,
    );
    await until(
      () => ask(heralds[0]?.url ?? '', '/health'),
      ({ status }) => status === 200,
    );
  });

  it('needs EventStoreDB', async () => {
    const { code, output } = await cliWith(folder, { HERALD_INBOX: STREAM }, 'inbox', 'parked');
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('Set HERALD_EVENT_STORE to esdb'),
    });
  });
});

it(`An event of the inbox stream comes again ${MAX_INBOX_RETRIES} times, and is parked then`, async () => {
  const stream = 'another-inbox';
  const leaveOne = () => client.appendToStream(stream, [jsonEvent({ type: 'CloudEvent', data: {} })]);
  let taken = 0;
  const take = async (events: readonly unknown[]) => {
    taken += events.length;
    return events.map(() => ({ status: 'accepted' }) as never);
  };
  const inbox = new GrpcInbox({
    url: server.url,
    connect: connect,
    stream,
    take,
    warn: () => undefined,
  });
  await inbox.start();
  await leaveOne();
  await until(
    async () => taken,
    (count) => count === 1,
  );
  await inbox.close();
  let deliveries = 0;
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'herald');
  subscription.on('data', (resolved) => {
    deliveries += 1;
    void subscription.nack('retry', 'could not be recorded', resolved);
  });
  await leaveOne();
  await until(
    async () => server.log.all.filter(({ stream: one }) => one.endsWith(`${stream}::herald-parked`)).length,
    (count) => count === 1,
    60_000,
  );
  expect(deliveries).toBe(1 + MAX_INBOX_RETRIES);
  await subscription.unsubscribe();
});
