// A whole Herald on a server of EventStoreDB or KurrentDB, each piece of work as a share of what the bare client, or bare nodemailer,
// does against the same server in the same run.
import { randomUUID } from 'node:crypto';
import nodemailer from 'nodemailer';
import { copyLog } from '../dist/application/migration/migrate.js';
import { startHerald } from '../dist/herald.js';
import { GrpcEventStore } from '../dist/infrastructure/grpc-log/grpc-event-store.js';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';
import { event } from './catch-up.mjs';
import { inFolder, timed } from './support.mjs';
import {
  bareNodemailer,
  connected,
  invalidated,
  mailOf,
  publishAll,
  settings,
  startSink,
  surge,
  world,
} from './surge.mjs';

const ACCOUNTS = Number(process.env.HERALD_BENCH_ACCOUNTS ?? 3_000);
const BATCH = 500;
const SINGLES = 2_000;
/** Their streams are new to the server, and as long as those of notifications. */
const EVENTS_COPIED = 20_000;
const STREAM = 5;
const MAILS_ONE_BY_ONE = 50;
const LATER = '2026-12-01T06:00:00.000Z';

const perSecond = (count, millis) => (count * 1_000) / millis;

const until = async (condition) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};

const projections = async (url) => (await (await fetch(`${url}/v1/projections`)).json()).items;

const p99 = (all) => all.sort((a, b) => a - b)[Math.floor(all.length * 0.99)];

/** Milliseconds from the request that publishes an event until its mail is with the mail server, one event after the other. */
async function eventToMail(url, sink) {
  const all = [];
  const accounts = Array.from({ length: MAILS_ONE_BY_ONE }, (_, n) => connected(`v${n}`, n, 'x', LATER));
  await publishAll(url, accounts, BATCH);
  for (let n = 0; n < MAILS_ONE_BY_ONE; n += 1) {
    await sink.reset();
    const begun = performance.timeOrigin + performance.now();
    await publishAll(url, [invalidated(`v${n}`, n)], 1);
    all.push((await sink.arrived(1)).first - begun);
  }
  return p99(all);
}

/** The same work without Herald: one append, then one mail. */
async function bareEventToMail(bare, port, { subjectLine: subject, html, text }) {
  const pool = nodemailer.createTransport({ host: '127.0.0.1', port, pool: true, ignoreTLS: true });
  const mail = { from: 'notifications@aurora.example', to: 'u1@partner.example', subject, html, text };
  const all = [];
  for (let n = 0; n < MAILS_ONE_BY_ONE; n += 1)
    all.push(
      await timed(async () => {
        await bare.append(1);
        await pool.sendMail(mail);
      }),
    );
  pool.close();
  return p99(all);
}

/**
 * @param bare what the bare client does: `append(count)` of new events in one stream, `readAll()` which resolves to how many events it
 * has read, `close()`.
 */
export const onServer = ({ work, url, connect, bare }) =>
  inFolder(async (folder) => {
    const sink = await startSink();
    const environment = (name) => ({
      ...settings(folder, sink.port),
      HERALD_EVENT_STORE: url,
      HERALD_READ_MODELS: `sqlite:${folder}/${name}`,
    });
    let herald = await startHerald(environment('read-models'));
    const events = [...world(ACCOUNTS)];
    const ingest = await timed(() => publishAll(herald.url, events, BATCH));
    const surged = await surge(herald.url, sink, ACCOUNTS);
    const mail = await mailOf(herald.url);
    await until(async () => (await projections(herald.url)).every(({ behind }) => behind === 0));
    const latency = await eventToMail(herald.url, sink);
    await herald.stop();

    const caughtUp = await timed(async () => {
      herald = await startHerald(environment('new-read-models'));
      await until(async () => (await projections(herald.url)).every(({ behind }) => behind === 0));
    });
    const rebuild = await timed(async () => {
      await fetch(`${herald.url}/v1/projections/history/replay`, { method: 'POST' });
      await until(async () => {
        const history = (await projections(herald.url)).find(({ name }) => name === 'history');
        return history.build !== undefined && history.build.status !== 'building';
      });
    });
    await herald.stop();

    await sink.reset();
    const mails = await bareNodemailer(sink.port, ACCOUNTS, mail);
    const bareLatency = await bareEventToMail(bare, sink.port, mail);
    sink.stop();
    const singles = await timed(() => Promise.all(Array.from({ length: SINGLES }, () => bare.append(1))));
    let read = 0;
    const readAll = await timed(async () => {
      read = await bare.readAll();
    });

    const source = new SqliteEventStore({ file: `${folder}/source.db` });
    for (let n = 0; n < EVENTS_COPIED; n += STREAM)
      await source.append(
        newStream(),
        Array.from({ length: STREAM }, (_, m) => event(n + m)),
        'no-stream',
      );
    const target = new GrpcEventStore({ url }, connect);
    let copied = 0;
    const migrate = await timed(async () => {
      copied = await copyLog(source, target, async () => undefined);
    });
    await Promise.all([source.close(), target.close(), bare.close()]);

    const appends = perSecond(SINGLES, singles);
    const reads = perSecond(read, readAll);
    const line = (name, herald, limit, unit) => ({ work: `${work}-${name}`, herald, limit, unit });
    return [
      line('ingest', perSecond(events.length, ingest), appends, 'events/s'),
      line('surge', perSecond(ACCOUNTS, surged), perSecond(ACCOUNTS, mails), 'mails/s'),
      line('event-to-mail-p99', latency, bareLatency, 'ms'),
      line('start-on-a-full-log', perSecond(read, caughtUp), reads, 'events/s'),
      line('rebuild', perSecond(read, rebuild), reads, 'events/s'),
      line('migrate', perSecond(copied, migrate), appends, 'events/s'),
    ];
  });

/** A surge alone, on a server that is some milliseconds away. */
export const surgeFarAway = ({ work, url, accounts }) =>
  inFolder(async (folder) => {
    const sink = await startSink();
    const herald = await startHerald({ ...settings(folder, sink.port), HERALD_EVENT_STORE: url });
    await publishAll(herald.url, [...world(accounts)], BATCH);
    const surged = await surge(herald.url, sink, accounts);
    const mail = await mailOf(herald.url);
    await herald.stop();
    await sink.reset();
    const mails = await bareNodemailer(sink.port, accounts, mail);
    sink.stop();
    return [
      { work, herald: perSecond(accounts, surged), limit: perSecond(accounts, mails), unit: 'mails/s' },
    ];
  });

/** A new stream of Herald's for each append of the bare client. */
export const newStream = () => `notification-${randomUUID()}`;

/** An event as large as one of Herald's usually is. */
export const bareEvent = () => ({
  type: 'Counted',
  data: { says: 'x'.repeat(300) },
  metadata: { $correlationId: randomUUID(), says: 'y'.repeat(300) },
});
