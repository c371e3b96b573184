// Accounts that end at one moment, published over HTTP.
import { startHeraldProcess } from './herald.mjs';
import { inNode, sent } from './peers/peer.mjs';
import { inFolder, now, until } from './support.mjs';

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

export const moveClock = async (url, time, signal) => {
  const response = await fetch(`${url}/v1/test-clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: time }),
    signal,
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
};

/** Milliseconds in which the accounts of `world` that are published have their mails, from the moment at which they end. */
export async function surge(url, sink, accounts) {
  // The agenda holds all of them before the moment comes.
  await moveClock(url, START);
  await sink.reset();
  const begun = now();
  const connection = new AbortController();
  const moved = moveClock(url, END, connection.signal).catch((error) => {
    if (!connection.signal.aborted) throw error;
  });
  // Herald moves on by itself. A real clock moves without a request, and Herald is faster while none is under way.
  await Promise.race([sink.arrived(1), moved]);
  connection.abort();
  await moved;
  const { last } = await sink.arrived(accounts);
  await until(async () => !(await (await fetch(`${url}/v1/test-clock`)).json()).movingTo);
  return last - begun;
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

/** Resolves once every mail that was sent is on record as accepted. */
const recorded = (url, count) =>
  until(async () => {
    const { totals } = await (await fetch(`${url}/v1/notifications/summary`)).json();
    return (totals.outcomes.accepted ?? 0) >= count;
  });

/**
 * A Herald of its own that has a surge, and then ends.
 * @param also what to do with it afterwards.
 * @returns the milliseconds, the most memory that it had, in bytes, one of the mails, and what `also` returns.
 */
export const surgeOfHerald = (sink, accounts, also = () => undefined) =>
  inFolder(async (folder) => {
    const herald = await startHeraldProcess(settings(folder, sink.port));
    await publishAll(herald.url, [...world(accounts)], 1_000);
    const millis = await surge(herald.url, sink, accounts);
    const memory = await herald.memory();
    await recorded(herald.url, accounts);
    const mail = await mailOf(herald.url);
    const more = await also(herald);
    await herald.stop();
    return { millis, memory, mail, more };
  });

/** Milliseconds in which a bare nodemailer pool with as many connections sends as many of these mails. */
export const bareMails = (sink, count, mail) =>
  sent(inNode('nodemailer.mjs', { port: sink.port, connections: CONNECTIONS, mail }), sink, count);
