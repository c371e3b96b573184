import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedbackSummary } from '../../src/application/feedback/record-feedback.js';
import type { ProblemBody } from '../http/herald.js';
import { heraldWithSentMails, type SentHerald } from './sent.js';

const PASSWORD = 'pass:with a colon and ü';
/** Of an address that is yet to be changed. */
const OLD = 'another pass:with a colon';

let herald: SentHerald;
beforeAll(async () => {
  herald = await heraldWithSentMails(['ada', 'ben', 'cleo', 'dora'], {
    HERALD_FEEDBACK_POSTMARK: `postmark:${PASSWORD}\npostmark:${OLD}\n`,
  });
});
afterAll(() => herald.stop());

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

const send = (body: object, authorization: string | undefined = basic(`postmark:${PASSWORD}`)) =>
  herald.send<FeedbackSummary & ProblemBody>('/v1/feedback/postmark', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: JSON.stringify(body),
  });

/** As in postmarkapp.com/developer/webhooks/bounce-webhook. */
const bounce = (notificationId: string, Type = 'HardBounce', TypeCode = 1) => ({
  RecordType: 'Bounce',
  MessageStream: 'outbound',
  ID: 42,
  ...{ Type, TypeCode, Name: 'Hard bounce', Tag: 'Test' },
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  Metadata: { 'herald-notification': notificationId },
  ServerID: 23,
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
  Email: 'john@example.com',
  From: 'sender@example.com',
  BouncedAt: '2026-03-02T08:59:59.2735393Z',
  ...{ DumpAvailable: true, Inactive: true, CanActivate: true, Subject: 'Test subject', Content: '<HTML>' },
});

const delivery = (notificationId: string) => ({
  RecordType: 'Delivery',
  ServerID: 23,
  MessageStream: 'outbound',
  MessageID: '00000000-0000-0000-0000-000000000000',
  Recipient: 'john@example.com',
  Tag: 'welcome-email',
  DeliveredAt: '2026-03-02T08:59:58Z',
  Details: 'Test delivery webhook details',
  Metadata: { 'herald-notification': notificationId },
});

describe('The webhooks of Postmark', () => {
  it('are refused without the right user and password, and nothing is recorded', async () => {
    const body = bounce(await herald.sentTo('ada'));
    const forged: readonly (string | undefined)[] = [
      ...[
        '',
        basic(`postmark:${PASSWORD}\npostmark:${OLD}`),
        basic('postmark:wrong'),
        basic(`other:${PASSWORD}`),
        basic(`postmark:${PASSWORD}x`),
      ],
      ...[basic('postmark:'), basic(''), basic(`postmark:${PASSWORD.slice(0, -1)}`), 'Basic', 'Basic !'],
      ...[basic(`postmark:${PASSWORD}`).replace('Basic', 'Bearer'), `postmark:${PASSWORD}`.replace('ü', 'u')],
    ];
    for (const authorization of forged) {
      const { status, body: problem } = await send(
        body,
        authorization || undefined === authorization ? authorization : '',
      );
      expect([authorization, status, problem.code]).toEqual([authorization, 403, 'feedback-refused']);
    }
    expect(await herald.recorded()).toEqual([]);
  });

  it('report bounces, hard and soft, complaints and deliveries, each once', async () => {
    const [ada, ben, cleo, dora] = await Promise.all(
      ['ada', 'ben', 'cleo', 'dora'].map((who) => herald.sentTo(who)),
    );
    const reports = [
      bounce(String(ada)),
      bounce(String(ben), 'SoftBounce', 4096),
      { ...bounce(String(cleo), 'SpamComplaint', 100001), RecordType: 'SpamComplaint' },
      delivery(String(dora)),
    ];
    for (const report of reports) expect((await send(report)).body).toMatchObject({ recorded: 1 });
    for (const report of reports)
      expect((await send(report, basic(`postmark:${OLD}`))).body).toMatchObject({ recorded: 0, known: 1 });
    await herald.settled();
    const outcomes = await Promise.all(['ada', 'ben', 'cleo', 'dora'].map((who) => herald.mailsTo(who)));
    expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual([
      'bounced',
      'bounced',
      'complained',
      'delivered',
    ]);
    const people = await Promise.all(['ada', 'ben', 'cleo', 'dora'].map((who) => herald.person(who)));
    expect(people.map((one) => one?.undeliverable?.reason)).toEqual([
      'bounced',
      undefined,
      'complained',
      undefined,
    ]);
    const bounced = (await herald.events()).find(({ type }) => type === 'Bounced');
    expect(bounced).toMatchObject({
      data: { status: '5.1.1', source: 'postmark' },
      metadata: { occurredAt: '2026-03-02T08:59:59.273Z' },
    });
  });

  it('report more than what becomes of mails, which is ignored', async () => {
    const id = await herald.sentTo('dora');
    const others = [
      bounce(id, 'AutoResponder', 64),
      { ...delivery(id), RecordType: 'Open' },
      { RecordType: 'SubscriptionChange' },
    ];
    for (const other of others) expect((await send(other)).body).toMatchObject({ ignored: 1 });
    expect((await send({ ...delivery(id), Metadata: {} })).body).toMatchObject({ unmatched: 1 });
    expect((await send({ Metadata: 1 })).status).toBe(400);
  });
});
