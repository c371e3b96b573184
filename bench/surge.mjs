// Accounts that end at one moment, published over HTTP, and the server that takes their mails.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import nodemailer from 'nodemailer';
import { timed } from './support.mjs';

export const CONNECTIONS = 5;
export const START = '2026-01-06T06:00:00.000Z';
export const END = '2026-01-06T07:00:00.000Z';

const event = (id, name, data) => ({
  ...{ specversion: '1.0', id, source: 'https://platform.example', time: START },
  ...{ type: `herald.${name}.v1`, data },
});

/** The events of so many accounts, ten to a partner, each with its owner. */
export function* world(accounts) {
  yield event('s', 'solution.configured', {
    ...{ solutionId: 's', name: 'Aurora', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
    ...{ baseUrl: 'https://portal.aurora.example' },
    sender: { name: 'Aurora', address: 'notifications@aurora.example' },
  });
  for (let n = 0; n < accounts; n += 1) {
    const partnerId = `p${Math.floor(n / 10)}`;
    if (n % 10 === 0)
      yield event(partnerId, 'partner.registered', {
        ...{ partnerId, solutionId: 's', name: `Partner ${partnerId}`, timeZone: 'Europe/Berlin' },
      });
    yield event(`u${n}`, 'partner-user.added', {
      ...{ userId: `u${n}`, partnerId, name: `User ${n}`, email: `u${n}@partner.example`, role: 'member' },
    });
    yield connected(`a${n}`, n, 'linkedin');
  }
}

/** An account of the n-th person. */
export const connected = (accountId, n, network, authorisationExpiresAt = END) =>
  event(`connected-${accountId}`, 'social-account.connected', {
    ...{ accountId, partnerId: `p${Math.floor(n / 10)}`, network, kind: 'personal', ownerId: `u${n}` },
    ...{ displayName: `Account ${n}`, authorisationExpiresAt },
  });

/** The network has taken the authorisation of an account of the n-th person. */
export const invalidated = (accountId, n) => ({
  ...event(`invalidated-${accountId}`, 'social-account.token-invalidated', {
    accountId,
    partnerId: `p${Math.floor(n / 10)}`,
    reason: 'revoked',
  }),
  time: END,
});

const publish = async (url, events) => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) });
  if (response.status !== 202) throw new Error(await response.text());
  await response.arrayBuffer();
};

export const publishAll = async (url, events, size) => {
  for (let n = 0; n < events.length; n += size) await publish(url, events.slice(n, n + size));
};

export const moveClock = async (url, now) => {
  const response = await fetch(`${url}/v1/test-clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now }),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
};

/** Milliseconds in which the accounts of `world` that are published have their mails, from the moment at which they end. */
export async function surge(url, sink, accounts) {
  // The agenda holds all of them before the moment comes.
  await moveClock(url, START);
  return timed(async () => {
    await moveClock(url, END);
    await sink.arrived(accounts);
  });
}

/** A process that takes every mail. */
export async function startSink() {
  const child = fork(new URL('./smtp-sink.child.mjs', import.meta.url));
  const [{ port }] = await once(child, 'message');
  const ask = async (message) => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    port,
    reset: () => ask('reset'),
    /** Resolves when it has this many mails, with when the first and the last came (ms since 1970). */
    arrived: async (count) => {
      for (;;) {
        const answer = await ask('count');
        if (answer.count >= count) return answer;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () => child.disconnect(),
  };
}

/** What every benchmark of a whole Herald sets. */
export const settings = (folder, port) => ({
  HERALD_PORT: '0',
  HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
  HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
  HERALD_MAIL: `smtp://127.0.0.1:${port}?lanes=${CONNECTIONS}`,
  HERALD_CLOCK: 'test',
  HERALD_CLOCK_START: START,
  HERALD_CLOCK_FILE: `${folder}/clock.txt`,
  HERALD_SECRET_FILE: `${folder}/secret.txt`,
  HERALD_PUBLIC_URL: 'https://herald.example',
  HERALD_LOG_LEVEL: 'error',
});

/** One of the mails that Herald sends. */
export async function mailOf(url) {
  const get = async (path) => (await fetch(`${url}${path}`)).json();
  const { items } = await get('/v1/notifications?limit=1');
  return (await get(`/v1/notifications/${items[0].notificationId}`)).mail;
}

/** Milliseconds in which a bare nodemailer pool with as many connections sends as many of these mails. */
export async function bareNodemailer(port, count, { subjectLine: subject, html, text }) {
  const pool = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port, secure: false, pool: true, ignoreTLS: true },
    ...{ maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY },
  });
  const from = 'notifications@aurora.example';
  const all = Array.from({ length: count }, (_, n) => ({
    from,
    to: `u${n}@partner.example`,
    subject,
    html,
    text,
  }));
  const millis = await timed(() => Promise.all(all.map((mail) => pool.sendMail(mail))));
  pool.close();
  return millis;
}
