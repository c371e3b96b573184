// Pages of the console over a history of a million decisions: from the request to the last byte, over HTTP.
// The limit is the smallest answer of the same server, `GET /health/live`.
import 'reflect-metadata';
import { join } from 'node:path';
import { ReadModels } from '../dist/application/read-models/engine/read-models.js';
import { history } from '../dist/application/read-models/history/history.js';
import { startHerald } from '../dist/herald.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { ACCOUNTS, idOf, NOW, PARTNERS, PEOPLE, SOLUTIONS, writeDecisions } from './decisions.mjs';
import { inFolder, median, QUICK, size } from './support.mjs';
import { settings } from './surge.mjs';

const DECISIONS = size({ full: 1_000_000, quick: 20_000, environment: 'HERALD_BENCH_DECISIONS' });
const BATCH = 500;

const event = (id, name, data) => ({
  ...{ specversion: '1.0', id, source: '/bench', type: `herald.${name}.v1`, time: NOW },
  data,
});

const solution = (n) =>
  event(`s${n}`, 'solution.configured', {
    ...{
      solutionId: `s${n}`,
      name: `Solution ${n}`,
      entitled: true,
      timeZone: 'Europe/Berlin',
      locale: 'en',
    },
    baseUrl: 'https://portal.example',
    sender: { name: 'Portal', address: 'no-reply@portal.example' },
  });
const partner = (n) =>
  event(`p${n}`, 'partner.registered', {
    ...{ partnerId: `p${n}`, solutionId: `s${n % SOLUTIONS}`, name: `Partner ${n}` },
    timeZone: 'Europe/Berlin',
  });
const person = (n) =>
  event(`u${n}`, 'partner-user.added', {
    ...{ userId: `u${n}`, partnerId: `p${n % PARTNERS}`, name: `Person u${n}`, role: 'admin' },
    email: `u${n}@partner.example`,
  });
const account = (n) =>
  event(`a${n}`, 'social-account.connected', {
    ...{ accountId: `a${n}`, partnerId: `p${n % PARTNERS}`, network: 'linkedin', kind: 'company' },
    ...{ displayName: `Account ${n}`, expiresAt: '2026-06-20T09:00:00Z' },
  });
const post = (n) =>
  event(`post${n}`, 'post.awaiting-approval', {
    ...{ postId: `post${n}`, partnerId: `p${n % PARTNERS}`, streamId: 'stream', streamName: 'Spring' },
    ...{ title: `Post ${n}`, network: 'linkedin', publishAt: '2026-04-01T09:00:00Z' },
  });

const publish = async (url, count, eventOf) => {
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => eventOf(from + n));
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    });
    const { refused } = await answer.json();
    if (!answer.ok || refused > 0) throw new Error(`Not accepted: ${answer.status}, ${refused} refused.`);
  }
};

const text = async (url) => {
  const answer = await fetch(url);
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body.slice(0, 200)}`);
  return body;
};

/** Pages, and a text that each must show: a page without its rows would be fast. */
const pagesOf = (notification) => ({
  overview: ['', 'delivered'],
  history: ['/history', 'Person u'],
  'history, the 20th page': ['/history', 'Person u', 20],
  'history of a person': ['/history?recipient=u77', 'Person u77'],
  'history, bounced': ['/history?outcome=bounced', 'Person u'],
  'history of a solution': ['/history?solution=s1', 'Person u'],
  'search by address': ['/history?q=u77%40partner.example', 'Person u77'],
  'search by person': ['/history?q=u77', 'Person u77'],
  'search by account': ['/history?q=a77', 'Person u'],
  'search by id': [`/history?q=${idOf(Math.floor(DECISIONS / 2))}`, 'Person u'],
  'search by reason': ['/history?q=opted-out', 'Person u'],
  'search by subject': ['/history?q=3+new+posts+need+your+approval+in+partner+77', 'Person u'],
  'counts of 30 days': ['/history/counts', 'delivered'],
  'counts of one partner': ['/history/counts?partner=p77', 'delivered'],
  'counts of a year': ['/history/counts?from=2025-03-03T00%3A00%3A00Z', 'delivered'],
  notification: [`/notifications/${notification}`, 'Send Now'],
  'verify a decision': [`/notifications/${notification}/verify`, 'same'],
  'why not?': ['/why-not?person=u77&rule=content-needs-approval&partner=p77', 'Person u77'],
  people: ['/people', 'Person u'],
  person: ['/people/u77', 'Person u77'],
  'changes of a person': ['/people/u77/changes', 'Person u77'],
  accounts: ['/accounts', 'Account'],
  account: ['/accounts/a77', 'Account 77'],
  queues: ['/queues', 'Partner'],
  queue: ['/queues/p77', 'Post'],
  partners: ['/partners', 'Partner'],
  partner: ['/partners/p77', 'Partner 77'],
  solutions: ['/solutions', 'Solution'],
  solution: ['/solutions/s1', 'Solution 1'],
  agenda: ['/agenda', 'Partner'],
  'agenda of a partner': ['/agenda?partner=p77', 'p77'],
  coverage: ['/coverage?date=2026-03-03', 'Expected'],
  'coverage, all of it': ['/coverage?date=2026-03-03&whole=yes', 'Expected'],
  projections: ['/projections', 'history'],
  projection: ['/projections/history', 'history'],
  operations: ['/operations', 'Workers'],
  templates: ['/templates', 'account-expired'],
  template: ['/templates/account-expired', 'account-expired'],
  keys: ['/keys', 'Keys'],
  'access log': ['/access-log', 'Access log'],
  'test clock': ['/test-clock', 'Test clock'],
});

export const run = () =>
  inFolder(async (folder) => {
    const environment = {
      ...settings(folder, 0),
      HERALD_MAIL: `outbox:${folder}/outbox`,
      HERALD_CLOCK_START: NOW,
      HERALD_LOG_LEVEL: 'silent',
    };
    const first = await startHerald(environment);
    await publish(first.url, SOLUTIONS, solution);
    await publish(first.url, PARTNERS, partner);
    await publish(first.url, PEOPLE, person);
    await publish(first.url, ACCOUNTS, account);
    await publish(first.url, 5 * PARTNERS, post);
    await publish(first.url, 1, () => event('now', 'digest.requested', { userId: 'u77', partnerId: 'p77' }));
    await settled(first.url);
    const list = JSON.parse(await text(`${first.url}/v1/notifications?recipient=u77&limit=1`));
    const notification = list.items[0].notificationId;
    await first.stop();

    const store = new SqliteReadModels({ folder: join(folder, 'read-models') });
    const readModels = new ReadModels(store);
    await readModels.open();
    await writeDecisions(store, readModels.collection(history), DECISIONS);
    await store.close();

    const restarted = await startHerald(environment);
    try {
      const limit = await median(200, () => text(`${restarted.url}/health/live`));
      const results = [];
      for (const [work, [path, shows, page = 1]] of Object.entries(pagesOf(notification))) {
        const url = await nthPage(`${restarted.url}/console${path}`, page);
        if (!(await text(url)).includes(shows)) throw new Error(`${url} does not show ${shows}.`);
        const herald = await median(QUICK ? 3 : 11, () => text(url));
        const against = 'GET /health/live';
        results.push({ work: `console: ${work}`, herald, limit, unit: 'ms', against });
      }
      return results;
    } finally {
      await restarted.stop();
    }
  });

/** The address of the n-th page of a list: its link to the next one is followed. */
const nthPage = async (start, n) => {
  let url = start;
  for (let page = 1; page < n; page += 1) {
    const [, next] = /<a href="([^"]+)"[^>]*rel="next"/.exec(await text(url)) ?? [];
    if (next === undefined) throw new Error(`${url} has no next page.`);
    url = new URL(next.replaceAll('&amp;', '&'), start).href;
  }
  return url;
};

/** Resolves once the Send Now is answered. */
const settled = async (url) => {
  for (;;) {
    const { items } = JSON.parse(await text(`${url}/v1/notifications?recipient=u77&limit=1`));
    if (items[0]?.outcome === 'accepted') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
