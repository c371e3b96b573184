// A whole Herald on a server of EventStoreDB or KurrentDB, each piece of work as a share of what the bare client, or bare nodemailer,
// does against the same server in the same run.
import { randomUUID } from 'node:crypto';
import { copyLog } from '../dist/application/migration/migrate.js';
import { startHerald } from '../dist/herald.js';
import { GrpcEventStore } from '../dist/infrastructure/grpc-log/grpc-event-store.js';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';
import { bareEventToMail, eventToMail } from './event-to-mail.mjs';
import { event } from './server-catch-up.mjs';
import { startSink } from './sink.mjs';
import { inFolder, percentile, perSecond, size, timed, until } from './support.mjs';
import { bareMails, mailOf, publishAll, settings, surge, world } from './surge.mjs';

const ACCOUNTS = size({ full: 3_000, quick: 100, environment: 'HERALD_BENCH_ACCOUNTS' });
const BATCH = 500;
const SINGLES = size({ full: 2_000, quick: 500 });
/** Their streams are new to the server, and as long as those of notifications. */
const EVENTS_COPIED = size({ full: 20_000, quick: 2_000 });
const STREAM = 5;

const projections = async (url) => (await (await fetch(`${url}/v1/projections`)).json()).items;

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
    const latency = percentile(await eventToMail(herald.url, sink), 0.99);
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

    const mails = await bareMails(sink, ACCOUNTS, mail);
    const bareLatency = percentile(await bareEventToMail(() => bare.append(1), sink.port, mail), 0.99);
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
    const line = (name, herald, limit, unit, against = 'the bare client') => ({
      ...{ work: `${work}-${name}`, herald, limit, unit, against },
    });
    return [
      line('ingest', perSecond(events.length, ingest), appends, 'events/s'),
      line('surge', perSecond(ACCOUNTS, surged), perSecond(ACCOUNTS, mails), 'mails/s', 'bare nodemailer'),
      line('event-to-mail-p99', latency, bareLatency, 'ms', 'an append and a mail'),
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
    const mails = await bareMails(sink, accounts, mail);
    sink.stop();
    return [
      {
        work,
        herald: perSecond(accounts, surged),
        limit: perSecond(accounts, mails),
        unit: 'mails/s',
        against: 'bare nodemailer',
      },
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
