import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClockStatus } from '../../src/application/clock/get-clock-status.js';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { Ticker } from '../../src/application/schedule/ticker.js';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { aboutClock, type Finding } from '../../src/cli/doctor/doctor-stores.js';
import { show } from '../../src/cli/operations/clock.js';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import { anEvent } from '../http/events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { machines, START } from './machines.js';

const YEAR = 365 * DAY;
const SECRET = 'the same secret for all of these instances';

let folder: string;
let machine: ReturnType<typeof machines>;
let running: TestHerald[] = [];
let closings: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-clock-'));
  machine = machines();
});
afterEach(async () => {
  for (const herald of running) await herald.stop();
  for (const close of closings) await close();
  [running, closings] = [[], []];
  machine.restore();
  await rm(folder, { recursive: true, force: true });
});

/** An instance on the machine's clock; all of them share one log and its read models. */
const start = async (settings: Readonly<Record<string, string>> = {}): Promise<TestHerald> => {
  const herald = await startTestHerald({
    ...{ HERALD_CLOCK: 'system', HERALD_CLOCK_START: undefined, HERALD_CLOCK_FILE: undefined },
    HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
    HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
    HERALD_SECRET: SECRET,
    ...settings,
  });
  running.push(herald);
  return herald;
};

const stop = async (herald: TestHerald): Promise<void> => {
  running = running.filter((one) => one !== herald);
  await herald.stop();
};

const clockOf = async (herald: TestHerald) => {
  const { body } = await herald.get<HealthReport>('/health');
  return body.parts.find(({ part }) => part === 'clock');
};

const statusOf = async (herald: TestHerald) => (await herald.get<ClockStatus>('/v1/clock')).body;

/** What `herald doctor` and `herald clock show` find at this instance. */
const lookedAt = async ({ herald, url }: TestHerald) => {
  const findings: Finding[] = [];
  for await (const finding of aboutClock(herald.app.get(DocumentStore), herald.app.get(EventStore)))
    findings.push(finding);
  return { doctor: findings[0]?.[0], show: await show({ url, json: true }) };
};

const confirm = (herald: TestHerald) => herald.send<ClockStatus>('/v1/clock/confirm', { method: 'POST' });

const ofType = async (herald: TestHerald, type: string) =>
  (await herald.events()).filter((event) => event.type === type);

const unsubscribe = (herald: TestHerald, userId: string) =>
  herald.send(new UnsubscribeLinks('', SECRET).linkFor({ partnerId: 'nordlicht', userId }), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });

/** A mail server that answers after the mail only once it is let go. */
const startSlowSmtp = async () => {
  const waiting: (() => void)[] = [];
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      stream.resume().on('end', () => waiting.push(() => done()));
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  closings.push(() => new Promise((resolve) => smtp.close(() => resolve())));
  const { port } = smtp.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, waiting };
};

describe('What is recorded while a leap of the clock is in doubt', () => {
  it('has the moment that follows from the last one that was believed: the result of a mail, and who unsubscribes', async () => {
    const smtp = await startSlowSmtp();
    const herald = await start({ HERALD_MAIL: smtp.url });
    await herald.publishAll(SMALL_WORLD);
    await herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
    await until(
      async () => smtp.waiting.length,
      (count) => count === 1,
    );
    machine.set(0, YEAR);
    smtp.waiting[0]?.();
    const [accepted] = await until(
      () => ofType(herald, 'Accepted'),
      ({ length }) => length === 1,
    );
    expect((await unsubscribe(herald, 'ben')).status).toBe(200);
    const [preferences] = await until(
      () => ofType(herald, 'PreferencesChanged'),
      ({ length }) => length === 1,
    );
    for (const event of [accepted, preferences]) {
      const { occurredAt = '', recordedAt = '' } = event?.metadata ?? {};
      for (const moment of [occurredAt, recordedAt]) {
        expect(moment >= START).toBe(true);
        expect(moment < plus(machine.right(), 1_000)).toBe(true);
      }
    }
    expect(await clockOf(herald)).toMatchObject({ status: 'degraded' });
    machine.set(0, 0);
    expect(await clockOf(herald)).toEqual({ part: 'clock', status: 'ok' });
  });

  it('is no event of the platform: those are answered with 503, and taken once the clock is right', async () => {
    const herald = await start();
    machine.set(0, 5 * HOUR);
    const answer = await herald.publishAll<ProblemBody>(SMALL_WORLD);
    expect(answer).toMatchObject({ status: 503, body: { code: 'clock-in-doubt' } });
    machine.set(0, 0);
    expect((await herald.publishAll(SMALL_WORLD)).status).toBe(202);
  });
});

describe('A confirmation', () => {
  it('of one instance is taken over by each other whose clock says the same, within seconds', async () => {
    const [one, other] = [await start(), await start()];
    machine.set(0, YEAR);
    machine.set(1, YEAR + 2_000);
    expect(await statusOf(one)).toMatchObject({ trusted: false, needsConfirmation: true });
    expect(await statusOf(other)).toMatchObject({ trusted: false, needsConfirmation: true });
    expect(await confirm(one)).toMatchObject({ status: 200, body: { trusted: true } });
    await until(
      () => statusOf(other),
      ({ trusted }) => trusted,
    );
    expect(await clockOf(other)).toEqual({ part: 'clock', status: 'ok' });
  });

  it('is not taken over by an instance whose clock says something else', async () => {
    const [one, other] = [await start(), await start()];
    machine.set(1, YEAR);
    expect(await confirm(one)).toMatchObject({ status: 200, body: { trusted: true } });
    await other.herald.app.get(Ticker).look();
    expect(await statusOf(other)).toMatchObject({ trusted: false });
    expect(await clockOf(one)).toEqual({ part: 'clock', status: 'ok' });
  });

  it('is remembered: the next start doubts nothing', async () => {
    const before = await start();
    await before.herald.app.get(Ticker).beat();
    machine.set(0, YEAR);
    expect(await statusOf(before)).toMatchObject({ trusted: false });
    await confirm(before);
    await stop(before);
    machine.set(1, YEAR);
    expect(await statusOf(await start())).toMatchObject({ trusted: true });
  });
});

describe('A log whose last event has a moment that is still to come', () => {
  /** A log that was written while the clock was a year ahead, and an instance on a right clock. */
  const misdated = async (): Promise<TestHerald> => {
    machine.set(0, YEAR);
    const before = await start();
    expect((await before.publishAll(SMALL_WORLD)).status).toBe(202);
    await before.herald.app.get(Ticker).beat();
    await stop(before);
    return start();
  };

  it('is named by its position and moment, until a person confirms that the clock is right; each later start knows', async () => {
    const herald = await misdated();
    const [last] = (await herald.events()).slice(-1);
    const { recordedAt } = last?.metadata ?? {};
    expect(await clockOf(herald)).toMatchObject({
      status: 'degraded',
      says: expect.stringMatching(`${last?.position}.*${recordedAt}.*herald clock confirm`),
    });
    expect(await statusOf(herald)).toMatchObject({
      trusted: true,
      behind: { position: last?.position, recordedAt },
    });
    expect(await lookedAt(herald)).toEqual({ doctor: 'look', show: 1 });
    expect((await confirm(herald)).body).toEqual({ now: expect.any(String), trusted: true });
    expect(await lookedAt(herald)).toEqual({ doctor: 'ok', show: 0 });
    expect(await clockOf(herald)).toEqual({ part: 'clock', status: 'ok' });
    await stop(herald);
    expect(await clockOf(await start())).toEqual({ part: 'clock', status: 'ok' });
  });

  it('is named by later starts, too, although other events were recorded since', async () => {
    const herald = await misdated();
    const [last] = (await herald.events()).slice(-1);
    await herald.herald.app.get(Ticker).look();
    await herald.publish(anEvent('later', 'partner.left', { partnerId: 'nordlicht' }));
    await herald.settled();
    await stop(herald);
    const next = await start();
    expect(await clockOf(next)).toMatchObject({
      status: 'degraded',
      says: expect.stringMatching(`${last?.position}.*${last?.metadata.recordedAt}`),
    });
    expect(await lookedAt(next)).toEqual({ doctor: 'look', show: 1 });
    await confirm(next);
    await stop(next);
    const later = await start();
    expect(await clockOf(later)).toEqual({ part: 'clock', status: 'ok' });
    expect(await lookedAt(later)).toEqual({ doctor: 'ok', show: 0 });
  });

  it('is known to other instances within seconds, too', async () => {
    const one = await misdated();
    const other = await start();
    expect(await clockOf(other)).toMatchObject({ status: 'degraded' });
    await confirm(one);
    expect(
      await until(
        () => clockOf(other),
        (part) => part?.status === 'ok',
      ),
    ).toEqual({ part: 'clock', status: 'ok' });
  });

  it('hides no leap from later starts, once it is confirmed', async () => {
    const herald = await misdated();
    await confirm(herald);
    await stop(herald);
    machine.set(2, 40 * DAY);
    expect(await statusOf(await start())).toMatchObject({ trusted: false, needsConfirmation: true });
  });

  it('is asked about again when the clock falls behind an event that was recorded after the confirmation', async () => {
    const herald = await misdated();
    await confirm(herald);
    await herald.publish(anEvent('later', 'partner.left', { partnerId: 'nordlicht' }));
    await herald.settled();
    machine.set(1, -HOUR);
    expect(await clockOf(herald)).toMatchObject({ status: 'degraded' });
  });
});

it('Instances whose clocks are two seconds apart never call each other behind or in doubt', async () => {
  machine.set(1, 2_000);
  machine.set(2, -2_000);
  const heralds = [await start(), await start(), await start()];
  for (const [n, herald] of heralds.entries())
    expect((await herald.publish({ ...SMALL_WORLD[n] })).status).toBe(202);
  for (const herald of heralds) {
    await herald.settled();
    expect(await clockOf(herald)).toEqual({ part: 'clock', status: 'ok' });
    expect(await statusOf(herald)).toEqual({ now: expect.any(String), trusted: true });
  }
});
