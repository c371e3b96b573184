import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedbackSummary } from '../../src/application/feedback/record-feedback.js';
import { MAX_FEEDBACK_REPORTS } from '../../src/domain/bounds.js';
import type { ProblemBody } from '../http/herald.js';
import { heraldWithSentMails, type SentHerald, START } from './sent.js';

const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const foreign = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const USERS = ['ada', 'ben', 'cleo', 'dora', 'emil', 'finn'];
const SECONDS = Date.parse(START) / 1_000;

let herald: SentHerald;
beforeAll(async () => {
  const key = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  herald = await heraldWithSentMails([...USERS, 'gus', 'hal', 'ida', 'jan', 'kim'], {
    HERALD_FEEDBACK_SENDGRID_KEY: key,
  });
});
afterAll(() => herald.stop());

interface Changes {
  readonly key?: KeyObject;
  readonly timestamp?: number;
  readonly sent?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

const send = (
  events: unknown,
  { key = keys.privateKey, timestamp = SECONDS, sent, headers = {} }: Changes = {},
) => {
  // SendGrid sends its JSON with line breaks: whatever parses and prints it again breaks the signature.
  const text = `${JSON.stringify(events)}\r\n`;
  const signature = sign('sha256', Buffer.from(`${timestamp}${text}`), key).toString('base64');
  const all = { [SIGNATURE]: signature, [TIMESTAMP]: String(timestamp), ...headers };
  const given = Object.entries({ 'content-type': 'application/json', ...all }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return herald.send<FeedbackSummary & ProblemBody>('/v1/feedback/sendgrid', {
    ...{ method: 'POST', headers: given, body: sent ?? text },
  });
};

/** As in www.twilio.com/docs/sendgrid/for-developers/tracking-events/event. */
const event = (name: string, notificationId: string | undefined, more: object = {}) => ({
  email: 'example@test.com',
  timestamp: SECONDS - 5,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  event: name,
  category: 'cat facts',
  sg_event_id: 'rbtnWrG1DVDGGGFHFyun0A==',
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.000000',
  'herald-notification': notificationId,
  ...more,
});

const BOUNCE = {
  reason: '500 unknown recipient',
  status: '5.0.0',
  type: 'bounce',
  bounce_classification: 'Invalid Address',
};

describe('The signed Event Webhook of SendGrid', () => {
  it('is refused where the holder of the key has not signed it, and nothing is recorded', async () => {
    const events = [event('bounce', await herald.sentTo('ada'), BOUNCE)];
    const text = JSON.stringify(events);
    const raw = sign('sha256', Buffer.from(`${SECONDS}${text}\r\n`), {
      ...{ key: keys.privateKey, dsaEncoding: 'ieee-p1363' },
    }).toString('base64');
    const forged: readonly (readonly [string, Changes])[] = [
      ['another key', { key: foreign.privateKey }],
      ['a changed body', { sent: `${text.replace('bounce', 'delivered')}\r\n` }],
      ['the same JSON in other bytes', { sent: text }],
      ['an old timestamp', { timestamp: SECONDS - 25 * 3_600 - 1 }],
      ['a timestamp in the future', { timestamp: SECONDS + 301 }],
      ['another timestamp than was signed', { headers: { [TIMESTAMP]: String(SECONDS - 1) } }],
      ['a timestamp that is none', { headers: { [TIMESTAMP]: 'now' } }],
      ['no timestamp', { headers: { [TIMESTAMP]: undefined } }],
      ['no signature', { headers: { [SIGNATURE]: undefined } }],
      ['an empty signature', { headers: { [SIGNATURE]: '=' } }],
      [
        'a signature of zeros',
        { headers: { [SIGNATURE]: Buffer.from('3006020100020100', 'hex').toString('base64') } },
      ],
      ['a signature in another encoding', { headers: { [SIGNATURE]: raw } }],
    ];
    for (const [what, changes] of forged) {
      const { status, body } = await send(events, changes);
      expect([what, status, body.code]).toEqual([what, 403, 'feedback-refused']);
    }
    expect(await herald.recorded()).toEqual([]);
  });

  it('brings several events, and those that cannot be read keep no other back', async () => {
    const [ada, ben, cleo, dora, emil, finn] = await Promise.all(USERS.map((who) => herald.sentTo(who)));
    const events = [
      event('processed', ada),
      event('deferred', ada, { response: '400 try again later', attempt: '5' }),
      event('delivered', ada, { response: '250 OK' }),
      event('open', ada, { useragent: 'Mozilla/4.0', ip: '255.255.255.255' }),
      event('click', ada, { url: 'http://www.sendgrid.com/' }),
      event('bounce', ben, BOUNCE),
      event('bounce', cleo, { reason: '550 blocked by policy', status: '5.7.1', type: 'blocked' }),
      event('spamreport', dora),
      event('dropped', emil, { reason: 'Bounced Address', status: '5.0.0' }),
      event('dropped', finn, { reason: 'Unsubscribed Address', status: '5.0.0' }),
      event('delivered', undefined),
      event('delivered', 'not-a-notification/../x'),
      { event: 'delivered' },
      'nonsense',
    ];
    const { status, body } = await send(events);
    expect([status, body]).toEqual([202, { recorded: 6, known: 0, unmatched: 2, ignored: 6 }]);
    expect((await send(events)).body).toEqual({ recorded: 0, known: 6, unmatched: 2, ignored: 6 });
    await herald.settled();
    const outcomes = await Promise.all(USERS.map((who) => herald.outcomes(who)));
    expect(outcomes.flat()).toEqual(['delivered', 'bounced', 'bounced', 'complained', 'bounced', 'bounced']);
    const people = await Promise.all(USERS.map((who) => herald.person(who)));
    expect(people.map((one) => one?.undeliverable?.reason)).toEqual([
      ...[undefined, 'bounced', undefined, 'complained', 'bounced', undefined],
    ]);
  });

  it.each([
    ['gus', 'Invalid', 'bounced'],
    ['hal', 'Spam Reporting Address', 'bounced'],
    ['ida', 'Invalid SMTPAPI header', undefined],
    ['jan', 'Spam Content (if Spam Checker app is enabled)', undefined],
    ['kim', 'Recipient List over Package Quota', undefined],
  ])('that the mail to %s was dropped (%s) leaves the address %s', async (who, reason, undeliverable) => {
    await send([event('dropped', await herald.sentTo(who), { reason, status: '5.0.0' })]);
    await herald.settled();
    expect(await herald.outcomes(who)).toEqual(['bounced']);
    expect((await herald.person(who))?.undeliverable?.reason).toBe(undeliverable);
  });

  it('takes as many events as it may bring, and not one more', async () => {
    const many = Array.from({ length: MAX_FEEDBACK_REPORTS }, () => ({ event: 'open', timestamp: SECONDS }));
    expect((await send(many)).body).toMatchObject({ ignored: MAX_FEEDBACK_REPORTS });
    const { status, body } = await send([...many, ...many.slice(0, 1)]);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.detail).toContain(String(MAX_FEEDBACK_REPORTS));
  });

  it('finds the mail by what Herald had SendGrid return', async () => {
    const { readdir, readFile } = await import('node:fs/promises');
    const files = (await readdir(herald.outbox)).filter((name) => name.endsWith('.eml'));
    const mail = await readFile(`${herald.outbox}/${files[0]}`, 'utf8');
    const [, id] = /^X-Herald-Notification: (.*)\r?$/m.exec(mail) ?? [];
    expect(mail.replace(/\r?\n[ \t]+/g, ' ')).toContain(
      `X-SMTPAPI: {"unique_args":{"herald-notification":"${id}"}}`,
    );
  });
});
