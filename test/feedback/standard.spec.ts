import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhyNot } from '../../src/application/audit/why/ask-why-not.js';
import type { FeedbackSummary } from '../../src/application/feedback/record-feedback.js';
import type { ProblemBody } from '../http/herald.js';
import { heraldWithSentMails, post, type SentHerald, START } from './sent.js';

const OLD = randomBytes(32);
const NEW = randomBytes(32);
const SECONDS = Date.parse(START) / 1_000;
const USERS = ['ada', 'ben', 'cleo', 'dora', 'emil', 'finn'];

let herald: SentHerald;
beforeAll(async () => {
  const secrets = [NEW, OLD].map((secret) => `whsec_${secret.toString('base64')}`).join(' ');
  herald = await heraldWithSentMails(USERS, { HERALD_FEEDBACK_STANDARD_SECRETS: secrets });
});
afterAll(() => herald.stop());

const signature = (secret: Buffer, id: string, timestamp: number | string, body: string): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

interface Changes {
  readonly secret?: Buffer;
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly sent?: string;
}

const send = (
  body: object | string,
  { secret = NEW, timestamp = SECONDS, headers = {}, sent }: Changes = {},
) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature(secret, 'msg_1', timestamp, text),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return herald.send<FeedbackSummary & ProblemBody>('/v1/feedback/standard', {
    ...{ method: 'POST', headers: given, body: sent ?? text },
  });
};

const RECORDED = { recorded: 1, known: 0, unmatched: 0, ignored: 0 };
const KNOWN = { recorded: 0, known: 1, unmatched: 0, ignored: 0 };
const UNMATCHED = { recorded: 0, known: 0, unmatched: 1, ignored: 0 };

describe('A webhook after standardwebhooks.com', () => {
  it('that nobody who holds a secret has signed is refused, and nothing is recorded', async () => {
    const body = { type: 'bounced', notificationId: await herald.sentTo('ada'), hard: true };
    const text = JSON.stringify(body);
    const good = signature(NEW, 'msg_1', SECONDS, text);
    const forged: readonly (readonly [string, Changes])[] = [
      ['another key', { secret: randomBytes(32) }],
      ['a changed body', { sent: text.replace('true', 'false') }],
      ['a body with a space more', { sent: `${text} ` }],
      ['an old timestamp', { timestamp: SECONDS - 301 }],
      ['a timestamp in the future', { timestamp: SECONDS + 301 }],
      ['a newer timestamp than was signed', { headers: { 'webhook-timestamp': String(SECONDS + 1) } }],
      ['another id than was signed', { headers: { 'webhook-id': 'msg_2' } }],
      ['no id', { headers: { 'webhook-id': undefined } }],
      ['no timestamp', { headers: { 'webhook-timestamp': undefined } }],
      ['no signature', { headers: { 'webhook-signature': undefined } }],
      ['a timestamp that is none', { headers: { 'webhook-timestamp': '9e15' } }],
      ['a timestamp beyond every calendar', { headers: { 'webhook-timestamp': '999999999999' } }],
      ['an empty signature', { headers: { 'webhook-signature': 'v1,' } }],
      ['a signature of another version', { headers: { 'webhook-signature': good.replace('v1,', 'v1a,') } }],
      [
        'a signature in another encoding',
        { headers: { 'webhook-signature': `v1,${Buffer.from(good).toString('hex')}` } },
      ],
      [
        'ten signatures before the right one',
        { headers: { 'webhook-signature': `${'v1,AA== '.repeat(10)}${good}` } },
      ],
    ];
    for (const [what, changes] of forged) {
      const { status, body: problem } = await send(body, changes);
      expect([what, status, problem.code]).toEqual([what, 403, 'feedback-refused']);
    }
    expect(await herald.recorded()).toEqual([]);
  });

  it('that is not understood names each field', async () => {
    const answer = await send({ type: 'lost', hard: 'yes', surprise: 1 });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual(['hard', 'surprise', 'type']);
    const nameless = await send({ type: 'delivered' });
    expect(nameless.body.errors?.map(({ field }) => field)).toEqual(['notificationId']);
    expect((await send('{')).body.code).toBe('malformed-json');
    expect(await herald.recorded()).toEqual([]);
  });

  it('about a mail that Herald did not send, records nothing', async () => {
    for (const messageId of [
      '<nobody@aurora.example>',
      '<5f0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d@aurora.example>',
      'x',
    ])
      expect(await send({ type: 'delivered', messageId })).toMatchObject({ status: 202, body: UNMATCHED });
    expect(await herald.recorded()).toEqual([]);
  });

  it('reports a delivery, by id or by Message-ID, with any of the secrets', async () => {
    const notificationId = await herald.sentTo('ada');
    const delivered = { type: 'delivered', notificationId, at: '2026-03-02T08:59:59+00:00' };
    expect(await send(delivered)).toMatchObject({ status: 202, body: RECORDED });
    const again = {
      headers: {
        'webhook-signature': `v1,AAAA ${signature(OLD, 'msg_1', SECONDS, JSON.stringify(delivered))}`,
      },
    };
    expect((await send(delivered, again)).body).toEqual(KNOWN);
    const other = {
      type: 'delivered',
      messageId: `<${(await herald.sentTo('ben')).toUpperCase()}@x.example>`,
    };
    expect((await send(other, { secret: OLD })).body).toEqual(RECORDED);
    await herald.settled();
    expect([await herald.outcomes('ada'), await herald.outcomes('ben')]).toEqual([
      ['delivered'],
      ['delivered'],
    ]);
    expect(await herald.recorded()).toEqual(['Delivered', 'Delivered']);
  });

  it('reports a soft bounce: the address stays', async () => {
    const notificationId = await herald.sentTo('cleo');
    const reason = '452 4.2.2 mailbox\nfull';
    expect((await send({ type: 'bounced', notificationId, reason })).body).toEqual(RECORDED);
    await herald.settled();
    expect(await herald.mailsTo('cleo')).toMatchObject([
      { outcome: 'bounced', detail: '452 4.2.2 mailbox full' },
    ]);
    expect((await herald.person('cleo'))?.undeliverable).toBeUndefined();
  });

  it('reports a hard bounce and a complaint: nothing more is sent to these addresses, and why-not says so', async () => {
    const bounced = {
      type: 'bounced',
      notificationId: await herald.sentTo('dora'),
      hard: true,
      reason: 'no such user',
    };
    const complained = { type: 'complained', notificationId: await herald.sentTo('emil') };
    for (const one of [bounced, complained]) {
      expect((await send(one)).body).toEqual(RECORDED);
      expect((await send(one)).body).toEqual(KNOWN);
    }
    await herald.settled();
    expect(await herald.person('dora')).toMatchObject({
      ...{ active: true, email: 'dora@linden.example' },
      undeliverable: { address: 'dora@linden.example', reason: 'bounced', since: START },
    });
    expect((await herald.person('emil'))?.undeliverable).toMatchObject({ reason: 'complained' });
    expect((await herald.recorded()).slice(3)).toEqual([
      'AddressUndeliverable dora@linden.example',
      'Bounced hard',
      'AddressUndeliverable emil@linden.example',
      'Complained',
    ]);

    await herald.moveTo('2026-03-02T10:00:00.000Z');
    await post(herald.publish, 'p2', '2026-03-02T09:00:00Z');
    await herald.publish('social-account.connected', '2026-03-02T09:00:00Z', {
      ...{
        accountId: 'fb',
        partnerId: 'linden',
        network: 'facebook',
        kind: 'company',
        displayName: 'Linden',
      },
      authorisationExpiresAt: '2026-03-20T09:00:00Z',
    });
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    await herald.settled();
    // The digest, and the reminder: a complaint about one counts for the other.
    expect((await herald.outcomes('emil')).slice(1)).toEqual(
      Array(2).fill('withheld: undeliverable-address'),
    );
    expect((await herald.outcomes('dora')).slice(1)).toEqual(
      Array(2).fill('withheld: undeliverable-address'),
    );
    expect((await herald.outcomes('finn')).slice(1)).toEqual(['accepted', 'accepted']);
    const whyNot = await herald.get<WhyNot>('/v1/why-not?person=emil&rule=settings-update-required');
    expect(whyNot.body.answers[0]?.sentence).toContain(
      'nothing is sent to emil@linden.example of emil, because a mail to it was reported as spam',
    );
  });

  it('is sent again once the platform has given another address, and a report that comes again changes nothing', async () => {
    const [first] = await herald.mailsTo('dora');
    await herald.publish('partner-user.changed', '2026-03-09T09:00:00Z', {
      ...{ userId: 'dora', partnerId: 'linden', email: 'dora@new.example' },
    });
    await herald.publish('partner-user.changed', '2026-03-09T09:00:01Z', {
      ...{ userId: 'dora', partnerId: 'linden', email: 'dora@linden.example' },
    });
    const timestamp = Date.parse('2026-03-09T09:00:00.000Z') / 1_000;
    const again = { type: 'bounced', notificationId: first?.notificationId, hard: true };
    expect((await send(again, { timestamp })).body).toEqual(KNOWN);
    await herald.settled();
    expect((await herald.person('dora'))?.undeliverable).toBeUndefined();
    await herald.moveTo('2026-03-16T09:00:00.000Z');
    await herald.settled();
    expect((await herald.outcomes('dora')).slice(3)).toContain('accepted');
  });

  it('is counted by what became of it', async () => {
    const { text } = await herald.get('/metrics');
    expect(text).toContain('herald_feedback_total{source="standard",result="delivered"} 2');
    expect(text).toContain('herald_feedback_total{source="standard",result="refused"} 16');
    expect(text).toContain('herald_feedback_total{source="standard",result="unmatched"} 3');
  });

  it('of a provider that is not configured is not found, and the answer says which setting is missing', async () => {
    for (const [source, setting] of [
      ['ses', 'HERALD_FEEDBACK_SES_TOPICS'],
      ['sendgrid', 'HERALD_FEEDBACK_SENDGRID_KEY'],
      ['postmark', 'HERALD_FEEDBACK_POSTMARK'],
    ]) {
      const { status, body } = await herald.post<ProblemBody>(
        `/v1/feedback/${source}`,
        'application/json',
        {},
      );
      expect([status, body.code]).toEqual([404, 'feedback-not-configured']);
      expect(body.detail).toContain(setting);
    }
    const unknown = await herald.post<ProblemBody>('/v1/feedback/mailgun', 'application/json', {});
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not-found']);
  });
});
