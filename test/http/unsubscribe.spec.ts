import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { MAX_UNSUBSCRIBE_BODY_BYTES } from '../../src/domain/bounds.js';
import { wholeHistory } from './eight-weeks.js';
import { anEvent, aPost } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

const PUBLIC_URL = 'https://herald.example';
const SECRET = 'the secret of these tests, long enough';
/** A token as mails had it before tokens were encrypted. */
const signedToken = (userId: string): string => {
  const content = Buffer.from(JSON.stringify(['nordlicht', userId]));
  const signature = createHmac('sha256', SECRET).update(content).digest();
  return `${content.toString('base64url')}.${signature.toString('base64url')}`;
};
const MONDAYS = ['2026-03-09', '2026-03-16', '2026-03-23'].map((date) => `${date}T08:00:00.000Z`);

let herald: TestHerald;
let page: string;

/** Something new on the day before a Monday, then that Monday: who gets a digest. */
const digestOf = async (monday: string): Promise<readonly string[]> => {
  const dayBefore = `${monday.slice(0, 8)}${String(Number(monday.slice(8, 10)) - 1).padStart(2, '0')}T08:00:00Z`;
  await herald.moveTo(dayBefore);
  const post = aPost(monday, { postId: monday.slice(0, 10), partnerId: 'nordlicht' });
  expect(await herald.publish({ ...post, time: dayBefore })).toMatchObject({ status: 202 });
  await herald.moveTo(monday);
  await herald.settled();
  const told = (await wholeHistory(herald)).filter(({ decidedAt }) => decidedAt === monday);
  return told.map(({ recipientId }) => recipientId).sort();
};

const pageFor = async (userId: string): Promise<string> => {
  const entry = (await wholeHistory(herald)).find(({ recipientId }) => recipientId === userId);
  const path = `/v1/notifications/${entry?.notificationId}`;
  const { details } = (await herald.get<NotificationDetails>(path)).body;
  return details.unsubscribeUrl ?? '';
};

beforeAll(async () => {
  herald = await startTestHerald({ HERALD_PUBLIC_URL: PUBLIC_URL, HERALD_SECRET: SECRET });
  expect(await herald.publishAll(SMALL_WORLD)).toMatchObject({ status: 202 });
  expect(await digestOf(MONDAYS[0] as string)).toEqual(['ada', 'ben']);
  page = (await pageFor('ada')).slice(PUBLIC_URL.length);
});
afterAll(() => herald.stop());

const recordedSince = async (count: number) => (await herald.events()).slice(count);

describe('the link in a digest', () => {
  it('is in the mail, for one click', async () => {
    const files = await readdir(herald.outbox);
    const mails = await Promise.all(
      files.map(async (file) => simpleParser(await readFile(join(herald.outbox, file)))),
    );
    const mail = mails.find(({ to }) => [to].flat()[0]?.text.includes('ada@'));
    const raw = mail?.headerLines.map(({ line }) => line.replace(/\r?\n\s+/g, ' ')) ?? [];
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(raw).toContain(`List-Unsubscribe: <${PUBLIC_URL}${page}>`);
    expect(mail?.text).toContain(`${PUBLIC_URL}${page}`);
  });

  it('is for one person', async () => {
    expect(await pageFor('ben')).not.toBe(await pageFor('ada'));
  });

  it('changes nothing when it is followed, however often', async () => {
    const head = await herald.head();
    for (let n = 0; n < 3; n += 1) {
      const answer = await herald.get(page);
      expect(answer).toMatchObject({ status: 200, type: 'text/html' });
      expect(answer.text).toContain('<form method="post">');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect(await herald.head()).toBe(head);
  });

  it('names nobody, neither in clear nor in base64', async () => {
    const token = page.split('/').at(-1) ?? '';
    const shown = `${token} ${Buffer.from(token, 'base64url').toString('latin1')}`;
    for (const name of ['nordlicht', 'ada']) expect(shown).not.toContain(name);
    // The length says little about the ids.
    const links = new UnsubscribeLinks('', SECRET);
    const length = (userId: string) => links.linkFor({ partnerId: 'nordlicht', userId }).length;
    expect(length('a')).toBe(length('a'.repeat(40)));
  });

  it('of another person cannot be made of it', async () => {
    const head = await herald.head();
    const [content = '', signature = ''] = signedToken('ada').split('.');
    const ben = Buffer.from(JSON.stringify(['nordlicht', 'ben'])).toString('base64url');
    const first = signature.startsWith('A') ? 'B' : 'A';
    const token = Buffer.from(page.split('/').at(-1) ?? '', 'base64url');
    const changed = Array.from(token, (byte, at) => {
      const other = Buffer.from(token);
      other[at] = byte ^ 1;
      return other.toString('base64url');
    });
    const other = new UnsubscribeLinks('', 'y'.repeat(32)).linkFor({ partnerId: 'nordlicht', userId: 'ada' });
    const forged = [
      ...[`${ben}.${signature}`, `${content}.${first}${signature.slice(1)}`, content],
      ...[...changed, other.split('/').at(-1), Buffer.alloc(28).toString('base64url')],
    ];
    expect(forged.length).toBeGreaterThan(90);
    const links = new UnsubscribeLinks('', SECRET);
    expect(forged.filter((token) => links.read(token ?? '') !== undefined)).toEqual([]);
    // Not all of them: the requests of one client are limited.
    for (const token of forged.slice(0, 5))
      for (const method of ['GET', 'POST'])
        expect(await herald.send<ProblemBody>(`/v1/unsubscribe/${token}`, { method })).toMatchObject({
          ...{ status: 404, body: { code: 'not-found' } },
        });
    expect(await herald.head()).toBe(head);
  });

  it('in a mail that was sent before tokens were encrypted goes on to work', async () => {
    const answer = await herald.get(`/v1/unsubscribe/${signedToken('ada')}`);
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 200,
      text: (await herald.get(page)).text,
    });
  });

  it('has one spelling, and any other gets the same answer', async () => {
    const token = page.split('/').at(-1) ?? '';
    const [content = '', signature = ''] = signedToken('ada').split('.');
    const last = signature.at(-1) ?? '';
    // Decoders ignore the last two bits of 43 characters.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = alphabet[alphabet.indexOf(last) ^ 1];
    const others = [
      ...[`${token}=`, `${token}A`, `~${token}`, `${token}%20`, token.slice(0, -1), `${token}.`, `.${token}`],
      ...[`${content}.${signature}.`, `${content}.${signature}.x`, `${content}.${signature}=`],
      ...[
        `${content}=.${signature}`,
        `${content}.${signature.slice(0, -1)}${twin}`,
        `${content}.${signature}A`,
      ],
      ...[
        `${content}.${signature.slice(0, -1)}`,
        `.${signature}`,
        `${content}.%20${signature}`,
        `${content}.`,
      ],
      ...[`${content}.${signature.slice(0, -1)}%2B`, `~${content}.${signature}`, `${content}~.${signature}`],
    ];
    const head = await herald.head();
    const answers = new Set<string>();
    for (const token of others)
      for (const path of [`/v1/unsubscribe/${token}`, `/v1/unsubscribe/${token}/subscribe`]) {
        const answer = await herald.send<ProblemBody>(path, { method: 'POST' });
        expect([answer.status, path]).toEqual([404, path]);
        answers.add(answer.body.detail);
      }
    expect(answers.size).toBe(1);
    expect(await herald.head()).toBe(head);
  });

  it('is not kept by caches, and says so in HEAD', async () => {
    for (const method of ['GET', 'HEAD'])
      expect((await herald.send(page, { method })).headers.get('cache-control')).toBe('no-store');
    for (const method of ['PUT', 'DELETE'])
      expect((await herald.send(`${page}/subscribe`, { method })).status).toBe(405);
  });
});

describe('one click', () => {
  beforeAll(async () => {
    const before = (await herald.events()).length;
    const answer = await herald.post(page, 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click');
    expect(answer).toMatchObject({ status: 200, type: 'text/html' });
    expect(answer.text).toContain('You have been unsubscribed');
    const recorded = await recordedSince(before);
    expect(recorded).toMatchObject([
      {
        ...{ type: 'PreferencesChanged', stream: 'partner-nordlicht' },
        data: { userId: 'ada', contentApproval: 'off' },
        metadata: { actor: 'unsubscribe:ada', occurredAt: MONDAYS[0] },
      },
    ]);
    await herald.settled();
  });

  it('is what the person chose', async () => {
    const { body } = await herald.get('/v1/people?person=ada');
    expect(body).toMatchObject({ items: [{ userId: 'ada', contentApproval: 'off' }] });
  });

  it('ends the digests of this person, and of no other, until they choose again', async () => {
    expect(await digestOf(MONDAYS[1] as string)).toEqual(['ben']);
    const why = await herald.get(`/v1/why-not?person=ada&rule=content-needs-approval&at=${MONDAYS[1]}`);
    expect(why.text).toContain('ada is not told of content that needs approval');
    const again = anEvent('again', 'partner-user.preferences-changed', {
      ...{ userId: 'ada', partnerId: 'nordlicht', contentApproval: 'weekly' },
    });
    expect(await herald.publish({ ...again, time: MONDAYS[1] })).toMatchObject({ status: 202 });
    expect(await digestOf(MONDAYS[2] as string)).toEqual(['ada', 'ben']);
  });
});

describe('one click more', () => {
  const click = (path: string) =>
    herald.post(path, 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click');
  const linkFor = (userId: string) =>
    new URL(herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId })).pathname;

  it('records nothing, however many there are', async () => {
    const before = (await herald.events()).length;
    for (let n = 0; n < 10; n += 1) expect((await click(page)).status).toBe(200);
    expect((await recordedSince(before)).map(({ type }) => type)).toEqual(['PreferencesChanged']);
  });

  it('records nothing of people whom the partner never had', async () => {
    const head = await herald.head();
    expect((await click(linkFor('nobody-knows'))).status).toBe(200);
    expect(await herald.head()).toBe(head);
  });

  it('holds for who was removed when they are added again, and lets nobody subscribe who is removed', async () => {
    const add = (id: string, time: string) => ({
      ...anEvent(id, 'partner-user.added', {
        ...{ userId: 'cleo', partnerId: 'nordlicht', name: 'Cleo' },
        ...{ email: 'cleo@nordlicht.example', role: 'admin' },
      }),
      time,
    });
    const remove = anEvent('cleo-gone', 'partner-user.removed', { userId: 'cleo', partnerId: 'nordlicht' });
    const { time } = remove;
    expect((await herald.publishAll([add('cleo', time), remove])).status).toBe(202);
    const before = (await herald.events()).length;
    expect((await click(linkFor('cleo'))).text).toContain('You have been unsubscribed.');
    expect((await click(`${linkFor('cleo')}/subscribe`)).status).toBe(200);
    expect((await recordedSince(before)).map(({ type }) => type)).toEqual(['PreferencesChanged']);
    const later = new Date(Date.parse(time) + 1_000).toISOString();
    expect((await herald.publish(add('cleo-again', later))).status).toBe(202);
    await herald.settled();
    expect((await herald.get('/v1/people?person=cleo')).body).toMatchObject({
      items: [{ active: true, contentApproval: 'off' }],
    });
  });

  it('holds against what the platform dated ahead', async () => {
    const time = '2026-03-23T08:02:00.000Z'; // the clock is at 08:00
    const ahead = anEvent('ahead', 'partner-user.preferences-changed', {
      ...{ userId: 'ben', partnerId: 'nordlicht', contentApproval: 'daily' },
    });
    expect(await herald.publish({ ...ahead, time })).toMatchObject({ status: 202 });
    expect((await click(linkFor('ben'))).status).toBe(200);
    await herald.settled();
    expect((await herald.get('/v1/people?person=ben')).body).toMatchObject({
      items: [{ contentApproval: 'off' }],
    });
    const changes = (await herald.events()).filter(({ type }) => type === 'PreferencesChanged');
    expect(changes.at(-1)?.metadata.occurredAt).toBe('2026-03-23T08:02:00.001Z');
  });

  it('takes no more of a body than mail programs send', async () => {
    const send = (length: number) =>
      herald.post<ProblemBody>(page, 'application/x-www-form-urlencoded', 'x'.repeat(length));
    expect((await send(MAX_UNSUBSCRIBE_BODY_BYTES)).status).toBe(200);
    expect(await send(MAX_UNSUBSCRIBE_BODY_BYTES + 1)).toMatchObject({
      ...{ status: 413, body: { code: 'payload-too-large' } },
    });
  });
});

describe('the page', () => {
  const partnerId = 'nordlicht';
  const pathOf = (userId: string) =>
    new URL(herald.herald.app.get(UnsubscribeLinks).linkFor({ partnerId, userId })).pathname;
  const add = (userId: string, more: object = {}) =>
    anEvent(`add-${userId}`, 'partner-user.added', {
      ...{ userId, partnerId, name: userId, email: `${userId}@nordlicht.example`, role: 'admin', ...more },
    });
  const choose = (id: string, userId: string, contentApproval: string, time: string) => ({
    ...anEvent(id, 'partner-user.preferences-changed', { userId, partnerId, contentApproval }),
    time,
  });
  const press = (path: string) => herald.send(path, { method: 'POST' });
  const choices = async (userId: string) =>
    (await herald.events())
      .filter(({ type, data }) => type === 'PreferencesChanged' && data.userId === userId)
      .map(({ data }) => data.contentApproval);
  const frequencyOf = async (userId: string) => {
    await herald.settled();
    const { body } = await herald.get<{ items: readonly { contentApproval?: string }[] }>(
      `/v1/people?person=${userId}`,
    );
    return body.items[0]?.contentApproval;
  };
  // The clock is at 08:00.
  const minute = (n: number) => new Date(Date.parse('2026-03-23T08:00:00Z') + n * 60_000).toISOString();

  beforeAll(async () => {
    const people = [
      add('dora'),
      add('jutta', { locale: 'de-AT' }),
      add('finn'),
      add('gus', { role: 'member' }),
    ];
    const more = [add('hanna'), add('ida'), add('nils', { locale: 'nl' })];
    expect(await herald.publishAll([...people, ...more])).toMatchObject({ status: 202 });
  });

  it('offers to subscribe again, at the frequency of before', async () => {
    await herald.publish(choose('dora-daily', 'dora', 'daily', minute(-10)));
    expect((await herald.get(pathOf('dora'))).text).toContain('You get them every day.');
    const ended = await press(pathOf('dora'));
    expect(ended.text).toContain('You have been unsubscribed.');
    expect(ended.text).toContain('You will get no more mails');
    const [, action = ''] = /<form method="post" action="([^"]+)">/.exec(ended.text) ?? [];
    const again = new URL(action, `${PUBLIC_URL}${pathOf('dora')}`).pathname;
    expect(again).toBe(`${pathOf('dora')}/subscribe`);
    for (let n = 0; n < 3; n += 1) {
      const resumed = await press(again);
      expect(resumed).toMatchObject({ status: 200, type: 'text/html' });
      expect(resumed.headers.get('cache-control')).toBe('no-store');
      expect(resumed.text).toContain('You are subscribed to approval digests.');
      expect(resumed.text).not.toContain('no more');
      const [, stop = ''] = /<form method="post" action="([^"]+)">/.exec(resumed.text) ?? [];
      expect(new URL(stop, `${PUBLIC_URL}${again}`).pathname).toBe(pathOf('dora'));
    }
    expect(await choices('dora')).toEqual(['daily', 'off', 'daily']);
    // A browser may load the page again that it shows: a tab of yesterday, or Enter in the address bar.
    const head = await herald.head();
    expect(await herald.get(again)).toMatchObject({ status: 200, type: 'text/html' });
    expect((await herald.get(again)).text).toContain('You are subscribed to approval digests.');
    expect(await herald.head()).toBe(head);
    const act = (await herald.events()).at(-1);
    expect(act).toMatchObject({ data: { via: 'unsubscribe-link' }, metadata: { actor: 'unsubscribe:dora' } });
    expect(await frequencyOf('dora')).toBe('daily');
  });

  it('subscribes whoever never chose to what their solution provides, or else weekly', async () => {
    await press(`${pathOf('finn')}/subscribe`); // weekly by default, so there is nothing to record
    expect(await choices('finn')).toEqual([]);
    await press(pathOf('finn'));
    await press(`${pathOf('finn')}/subscribe`);
    expect(await choices('finn')).toEqual(['off', 'weekly']);
    await press(`${pathOf('gus')}/subscribe`);
    expect(await choices('gus')).toEqual(['weekly']);
  });

  it('is in the language of the recipient', async () => {
    const asked = await herald.get(pathOf('jutta'));
    expect(asked.text).toContain('<html lang="de">');
    expect(asked.text).toContain('Übersichten zur Freigabe abbestellen?');
    expect((await press(pathOf('jutta'))).text).toContain('Sie erhalten keine Nachrichten mehr');
    expect((await press(`${pathOf('jutta')}/subscribe`)).text).toContain('Sie erhalten sie wöchentlich.');
    for (const english of ['nils', 'ida', 'nobody-knows'])
      expect((await herald.get(pathOf(english))).text).toContain('<html lang="en">');
  });

  it('says what holds: whoever gets nothing is not asked to unsubscribe', async () => {
    await herald.publish(choose('ida-off', 'ida', 'off', minute(-1)));
    const { text } = await herald.get(pathOf('ida'));
    expect(text).toContain('You are not subscribed to approval digests.');
    expect(text).toContain('Subscribe again');
    const unknown = await herald.get(pathOf('nobody-knows'));
    expect(unknown.text).toContain('You are not subscribed');
    expect(unknown.text).not.toContain('<form');
  });

  it('holds against a platform whose clock is ahead, in both directions', async () => {
    await herald.publish(choose('hanna-daily', 'hanna', 'daily', minute(4)));
    expect((await press(pathOf('hanna'))).text).toContain('You will get no more');
    expect(await frequencyOf('hanna')).toBe('off');
    // What was sent before, and arrives late, is older by the platform's own clock.
    await herald.publish(choose('hanna-weekly', 'hanna', 'weekly', minute(3)));
    expect(await frequencyOf('hanna')).toBe('off');
    await press(`${pathOf('hanna')}/subscribe`);
    expect(await frequencyOf('hanna')).toBe('daily');
    await press(pathOf('hanna'));
    await herald.publish(choose('hanna-monthly', 'hanna', 'monthly', minute(5)));
    expect(await frequencyOf('hanna')).toBe('monthly');
  });

  it('is not deaf to a platform whose clock is behind: what it reports afterwards is later', async () => {
    expect((await press(pathOf('nils'))).text).toContain('You will get no more');
    await herald.publish(choose('nils-long-ago', 'nils', 'monthly', minute(-6)));
    expect(await frequencyOf('nils')).toBe('off');
    await herald.publish(choose('nils-again', 'nils', 'daily', minute(-2)));
    expect(await frequencyOf('nils')).toBe('daily');
    expect((await herald.get(pathOf('nils'))).text).toContain('You get them every day.');
  });
});

describe('a damaged link', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const open = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    herald.send<ProblemBody>(path, { headers: { accept: BROWSER, ...headers } });
  const damaged = () => [
    page.slice(0, -1),
    `${page}.`,
    `${page}%20`,
    '/v1/unsubscribe/x',
    '/v1/unsubscribe/%00',
  ];

  it('is a page in a browser, and a problem for who asks for JSON; the status is the same', async () => {
    for (const path of damaged()) {
      const shown = await open(path);
      expect(shown).toMatchObject({ status: 404, type: 'text/html' });
      expect(shown.text).toContain('<h1>This link does not work.</h1>');
      expect(shown.text).not.toMatch(/<form|HERALD_|undefined/);
      expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
      for (const accept of ['application/json', '*/*', 'application/problem+json'])
        expect(await open(path, { accept })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
  });

  it('is told in the language that the browser prefers, if there are texts in it', async () => {
    const languageOf = async (accepted: string) =>
      /<html lang="(\w+)"/.exec((await open('/v1/unsubscribe/x', { 'accept-language': accepted })).text)?.[1];
    for (const german of ['de', 'de-AT,de;q=0.9,en;q=0.8', 'fr, de;q=0.5', 'en;q=0.4, de-CH;q=0.9', 'DE'])
      expect([german, await languageOf(german)]).toEqual([german, 'de']);
    for (const english of [
      'en-GB',
      'fr',
      '',
      '*',
      'de;q=0',
      'en, de',
      'x'.repeat(5_000),
      ';;,,q=',
      'constructor',
    ])
      expect([english, await languageOf(english)]).toEqual([english, 'en']);
  });

  it('says in words that the page was opened too often', async () => {
    for (;;) {
      const shown = await open(page);
      if (shown.status === 200) continue;
      expect(shown).toMatchObject({ status: 429, type: 'text/html' });
      expect(shown.headers.get('retry-after')).not.toBeNull();
      expect(shown.text).toContain('Try again in a minute.');
      break;
    }
  });
});
