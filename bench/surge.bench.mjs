// 10,000 accounts that end at one moment, decided, recorded, sent over SMTP and recorded again; the limit is a bare nodemailer
// pool with as many connections that sends mails of the same size to the same server. And how long after the first of
// 10,000 events the first mail arrives, while the others are still being taken in; the limit is taking them all in.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { startHerald } from '../dist/herald.js';
import { inFolder, timed } from './support.mjs';

const ACCOUNTS = Number(process.env.HERALD_BENCH_ACCOUNTS ?? 10_000);
const CONNECTIONS = 5;
const SIZE = 1_000;
const START = '2026-01-06T06:00:00.000Z';
const END = '2026-01-06T07:00:00.000Z';

const event = (id, name, data) => ({
  ...{ specversion: '1.0', id, source: 'https://platform.example', time: START },
  ...{ type: `herald.${name}.v1`, data },
});

function* world() {
  yield event('s', 'solution.configured', {
    ...{ solutionId: 's', name: 'Aurora', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    ...{ baseUrl: 'https://portal.aurora.example' },
    sender: { name: 'Aurora', address: 'notifications@aurora.example' },
  });
  for (let n = 0; n < ACCOUNTS; n += 1) {
    const partnerId = `p${Math.floor(n / 10)}`;
    if (n % 10 === 0)
      yield event(partnerId, 'partner.registered', {
        ...{ partnerId, solutionId: 's', name: `Partner ${partnerId}`, timeZone: 'Europe/Berlin' },
      });
    yield event(`u${n}`, 'partner-user.added', {
      ...{ userId: `u${n}`, partnerId, name: `User ${n}`, email: `u${n}@partner.example`, role: 'member' },
    });
    yield event(`a${n}`, 'social-account.connected', {
      ...{ accountId: `a${n}`, partnerId, network: 'linkedin', kind: 'personal', ownerId: `u${n}` },
      ...{ displayName: `Account ${n}`, authorisationExpiresAt: END },
    });
  }
}

const publish = async (url, events) => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) });
  if (response.status !== 202) throw new Error(await response.text());
  await response.arrayBuffer();
};

const publishAll = async (url, events) => {
  for (let n = 0; n < events.length; n += SIZE) await publish(url, events.slice(n, n + SIZE));
};

const ask = async (sink, message) => {
  sink.send(message);
  const [answer] = await once(sink, 'message');
  return answer;
};

const arrived = async (sink, count) => {
  for (;;) {
    const answer = await ask(sink, 'count');
    if (answer.count >= count) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const start = (folder, port) =>
  startHerald({
    HERALD_PORT: '0',
    HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
    HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
    HERALD_MAIL: `smtp://127.0.0.1:${port}?lanes=${CONNECTIONS}`,
    HERALD_CLOCK: 'test',
    HERALD_CLOCK_START: START,
    HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
    HERALD_SECRET_FILE: join(folder, 'secret.txt'),
    HERALD_PUBLIC_URL: 'https://herald.example',
    HERALD_LOG_LEVEL: 'error',
  });

export const run = () =>
  inFolder(async (folder) => {
    const sink = fork(new URL('./smtp-sink.child.mjs', import.meta.url));
    const [{ port }] = await once(sink, 'message');
    const herald = await start(folder, port);
    await publishAll(herald.url, [...world()]);
    const moved = (now) =>
      fetch(`${herald.url}/v1/test-clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now }),
      }).then((response) => response.text());
    // The agenda holds all of them before the moment comes.
    await moved(START);
    const surge = await timed(async () => {
      await moved(END);
      await arrived(sink, ACCOUNTS);
    });
    const mail = await (await fetch(`${herald.url}/v1/notifications?limit=1`)).json();
    const { mail: shown } = await (
      await fetch(`${herald.url}/v1/notifications/${mail.items[0].notificationId}`)
    ).json();

    await ask(sink, 'reset');
    const refused = Array.from({ length: ACCOUNTS }, (_, n) =>
      event(`r${n}`, 'social-account.connected', {
        ...{ accountId: `b${n}`, partnerId: `p${Math.floor(n / 10)}`, network: 'x', kind: 'personal' },
        ...{ ownerId: `u${n}`, displayName: `Account ${n}`, authorisationExpiresAt: END },
      }),
    );
    const begin = performance.timeOrigin + performance.now();
    const taken = await timed(() => publishAll(herald.url, refused));
    const { first } = await arrived(sink, 1);
    await herald.stop();

    await ask(sink, 'reset');
    const pool = nodemailer.createTransport({
      ...{ host: '127.0.0.1', port, secure: false, pool: true, ignoreTLS: true },
      ...{ maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY },
    });
    const bare = await timed(() =>
      Promise.all(
        Array.from({ length: ACCOUNTS }, (_, n) =>
          pool.sendMail({
            ...{ from: 'notifications@aurora.example', to: `u${n}@partner.example` },
            ...{ subject: shown.subjectLine, html: shown.html, text: shown.text },
          }),
        ),
      ),
    );
    pool.close();
    sink.disconnect();
    const perSecond = (millis) => (ACCOUNTS * 1_000) / millis;
    return [
      { work: 'surge', herald: perSecond(surge), limit: perSecond(bare), unit: 'mails/s' },
      { work: 'surge-first-mail', herald: first - begin, limit: taken, unit: 'ms' },
    ];
  });
