import { createHmac, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, expect, it } from 'vitest';
import { heraldWithSentMails, post, type SentHerald, START } from './sent.js';

const SECRET = randomBytes(32);
const SETTINGS = { HERALD_FEEDBACK_STANDARD_SECRETS: `whsec_${SECRET.toString('base64')}` };

let herald: SentHerald;
afterEach(() => herald.stop());

const report = async (body: object, now = START): Promise<void> => {
  const text = JSON.stringify(body);
  const timestamp = String(Date.parse(now) / 1_000);
  const signature = createHmac('sha256', SECRET).update(`m.${timestamp}.${text}`).digest('base64');
  const headers = {
    'webhook-id': 'm',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  const answer = await herald.send('/v1/feedback/standard', {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text },
  });
  expect(answer.status).toBe(202);
};

/** The texts of the mails to an address, in the order of their files. */
const textsTo = async (address: string): Promise<readonly string[]> => {
  const names = (await readdir(herald.outbox)).filter((name) => name.endsWith('.eml')).sort();
  const mails = await Promise.all(
    names.map(async (name) => simpleParser(await readFile(join(herald.outbox, name)))),
  );
  return mails.filter(({ to }) => JSON.stringify(to).includes(address)).map(({ text }) => text ?? '');
};

it('A digest that bounced softly gives its posts back: the next one lists them again', async () => {
  herald = await heraldWithSentMails(['ada', 'ben'], SETTINGS);
  await report({ type: 'bounced', notificationId: await herald.sentTo('ada'), reason: '452 4.2.2 full' });
  await herald.moveTo('2026-03-02T10:00:00.000Z');
  await post(herald.publish, 'p2', '2026-03-02T10:00:00Z');
  await herald.moveTo('2026-03-09T09:00:00.000Z');
  await herald.settled();
  expect((await herald.outcomes('ada')).slice(0, 2)).toEqual(['bounced', 'accepted']);
  const [, again] = await textsTo('ada@linden.example');
  const [, next] = await textsTo('ben@linden.example');
  expect([again?.includes('p1'), again?.includes('p2')]).toEqual([true, true]);
  expect([next?.includes('p1'), next?.includes('p2')]).toEqual([false, true]);
});

it('Where nobody is left whose address works, the escalation contact is notified of what waits', async () => {
  herald = await heraldWithSentMails(['ada'], SETTINGS);
  await report({ type: 'complained', notificationId: await herald.sentTo('ada') });
  await herald.moveTo('2026-03-02T10:00:00.000Z');
  await post(herald.publish, 'p2', '2026-03-02T10:00:00Z');
  await herald.moveTo('2026-03-09T09:00:00.000Z');
  await herald.settled();
  expect(await herald.outcomes('ada')).toEqual(['complained', 'withheld: undeliverable-address']);
  const escalated = await herald.mailsTo('*escalation');
  expect(escalated.map(({ outcome, escalation }) => [outcome, escalation])).toContainEqual([
    'accepted',
    true,
  ]);
  const last = (await textsTo('success@aurora.example')).at(-1);
  expect(last).toMatch(/2 new posts/);
  expect(last).toContain('ada@linden.example');
  expect(last).not.toContain('receives no summaries');

  // Its own address is none of the partner's: the history says that the mail came back, and nothing else happens.
  const id = escalated.at(-1)?.notificationId;
  await report({ type: 'bounced', notificationId: id, hard: true }, '2026-03-09T09:00:00.000Z');
  await herald.settled();
  expect((await herald.mailsTo('*escalation')).at(-1)?.outcome).toBe('bounced');
  expect((await herald.recorded()).filter((one) => one.startsWith('AddressUndeliverable'))).toHaveLength(1);
});
