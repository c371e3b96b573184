import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedbackSummary } from '../../src/application/feedback/record-feedback.js';
import { MAX_CERTIFICATE_FETCHES_PER_MINUTE } from '../../src/domain/bounds.js';
import { PinnedFetch } from '../../src/infrastructure/feedback/ses/pinned-fetch.js';
import type { ProblemBody } from '../http/herald.js';
import { certificateOf } from './certificate.js';
import { heraldWithSentMails, type SentHerald, START } from './sent.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:herald-feedback';
const HOST = 'https://sns.eu-west-1.amazonaws.com';
const CERTIFICATE = `${HOST}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem`;
const YEAR = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'] as const;

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

let herald: SentHerald;
let fetched: string[];
/** What is at each URL that Herald may fetch. */
let web: Map<string, string>;
beforeAll(async () => {
  const HERALD_FEEDBACK_SES_TOPICS = `arn:aws:sns:us-east-1:123456789012:other, ${TOPIC}`;
  herald = await heraldWithSentMails(['ada', 'ben', 'cleo', 'dora', 'emil', 'finn'], {
    HERALD_FEEDBACK_SES_TOPICS,
  });
  vi.spyOn(herald.herald.app.get(PinnedFetch), 'text').mockImplementation(async (url) => {
    fetched.push(url);
    const found = web.get(url);
    if (found === undefined) throw new Error('nothing is there');
    return found;
  });
});
afterAll(() => herald.stop());
beforeEach(() => {
  fetched = [];
  web = new Map([[CERTIFICATE, certificateOf(keys, YEAR)]]);
});

type Message = Readonly<Record<string, string | undefined>>;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
};
const CONFIRMATION = FIELDS.SubscriptionConfirmation ?? [];

/** Signed as docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html describes it. */
const signed = (message: Message, key: KeyObject = keys.privateKey): Message => {
  const text = (FIELDS[message.Type ?? ''] ?? CONFIRMATION)
    .flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`]))
    .join('');
  const hash = message.SignatureVersion === '2' ? 'sha256' : 'sha1';
  return { ...message, Signature: sign(hash, Buffer.from(text), key).toString('base64') };
};

const notification = (event: object, changes: Message = {}): Message => ({
  Type: 'Notification',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  TopicArn: TOPIC,
  Subject: 'Amazon SES Email Event Notification',
  Message: JSON.stringify(event),
  Timestamp: START,
  SignatureVersion: '1',
  SigningCertURL: CERTIFICATE,
  UnsubscribeURL: `${HOST}/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:2bcfbf39`,
  ...changes,
});

const confirmation = (changes: Message = {}): Message => ({
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37fb687f5d51e6e2425',
  TopicArn: TOPIC,
  Message: `You have chosen to subscribe to the topic ${TOPIC}.`,
  SubscribeURL: `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb687f5d51e6e2425`,
  Timestamp: START,
  SignatureVersion: '2',
  SigningCertURL: CERTIFICATE,
  ...changes,
});
const CONFIRM = `${HOST}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: TOPIC, Token: '2336412f37fb687f5d51e6e2425' })}`;

const send = (message: Message) =>
  herald.send<FeedbackSummary & ProblemBody>('/v1/feedback/ses', {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': message.Type ?? '' },
    body: JSON.stringify(message),
  });

/** The `mail` of an event, as docs.aws.amazon.com/ses/latest/dg/notification-contents.html has it. */
const mailOf = (notificationId: string, address: string) => ({
  timestamp: '2026-03-02T08:59:50.000Z',
  source: 'no-reply@aurora.example',
  sourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/aurora.example',
  sourceIp: '127.0.3.0',
  sendingAccountId: '123456789012',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: [address],
  headersTruncated: false,
  headers: [
    { name: 'From', value: '"Aurora" <no-reply@aurora.example>' },
    { name: 'To', value: address },
    { name: 'Message-ID', value: '<replaced@email.amazonses.com>' },
    { name: 'X-Herald-Notification', value: notificationId },
  ],
  commonHeaders: { from: ['Aurora <no-reply@aurora.example>'], to: [address] },
});

const bounceOf = (notificationId: string, bounceType = 'Permanent') => ({
  notificationType: 'Bounce',
  bounce: {
    bounceType,
    reportingMTA: 'dns; email.example.com',
    bouncedRecipients: [
      {
        emailAddress: 'ada@linden.example',
        status: '5.1.1',
        action: 'failed',
        diagnosticCode: 'smtp; 550 5.1.1 <ada@linden.example>... User',
      },
    ],
    bounceSubType: 'General',
    timestamp: '2026-03-02T08:59:58.237Z',
    feedbackId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000',
    remoteMtaIp: '127.0.2.0',
  },
  mail: mailOf(notificationId, 'ada@linden.example'),
});

const SUMMARY = { recorded: 0, known: 0, unmatched: 0, ignored: 0 };

describe('A message of SNS', () => {
  it('that SNS did not sign for an allowed topic is refused, and nothing is recorded', async () => {
    const event = bounceOf(await herald.sentTo('ada'));
    const good = notification(event);
    const other = JSON.stringify(bounceOf(await herald.sentTo('ben')));
    const at = (url: string): Message => signed(notification(event, { SigningCertURL: url }));
    const pem = '/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem';
    const forged: readonly (readonly [string, Message])[] = [
      ['another key', signed(good, foreign.privateKey)],
      ['a changed event', { ...signed(good), Message: other }],
      ['another id', { ...signed(good), MessageId: '265545c9-2a5c-472c-8df2-7ff2be2b3b1b' }],
      ['another subject', { ...signed(good), Subject: 'x' }],
      ['no subject', { ...signed(good), Subject: undefined }],
      ['another time', { ...signed(good), Timestamp: '2026-03-02T08:59:59.000Z' }],
      ['an old message', signed(notification(event, { Timestamp: '2026-03-02T07:59:59.999Z' }))],
      ['a message of the future', signed(notification(event, { Timestamp: '2026-03-02T09:05:00.001Z' }))],
      ['a time that is none', signed(notification(event, { Timestamp: 'yesterday' }))],
      [
        'the topic of somebody else',
        signed(notification(event, { TopicArn: TOPIC.replace('123456789012', '210987654321') })),
      ],
      ['a topic that is not allowed', signed(notification(event, { TopicArn: `${TOPIC}2` }))],
      [
        'an allowed topic, and the certificate of another region',
        signed(notification(event, { TopicArn: 'arn:aws:sns:us-east-1:123456789012:other' })),
      ],
      ['a signature of version 3', signed(notification(event, { SignatureVersion: '3' }))],
      ['a signature of version __proto__', signed(notification(event, { SignatureVersion: '__proto__' }))],
      ['a signature of version 1 as one of version 2', { ...signed(good), SignatureVersion: '2' }],
      ['no signature', { ...good, Signature: '' }],
      ['a foreign host', at(`https://certificates.example${pem}`)],
      ['a host that looks alike', at(`https://sns.eu-west-1.amazonaws.com.example${pem}`)],
      ['a host that begins alike', at(`https://sns.eu-west-1.amazonaws.comx${pem}`)],
      ['another host of Amazon', at(`https://s3.eu-west-1.amazonaws.com${pem}`)],
      ['user information', at(`https://sns.eu-west-1.amazonaws.com@certificates.example${pem}`)],
      ['user information of the right host', at(`https://user@sns.eu-west-1.amazonaws.com${pem}`)],
      ['a port', at(`https://sns.eu-west-1.amazonaws.com:8443${pem}`)],
      ['the usual port', at(`https://sns.eu-west-1.amazonaws.com:443${pem}`)],
      ['http', at(CERTIFICATE.replace('https', 'http'))],
      ['a backslash', at(`https://sns.eu-west-1.amazonaws.com\\@certificates.example${pem}`)],
      ['another path', at(`${HOST}/?next=${pem}`)],
      ['a path that goes up', at(`${HOST}/x/..${pem}`)],
      ['a query', at(`${CERTIFICATE}?x`)],
      ['a fragment', at(`${CERTIFICATE}#x`)],
      ['a line break', at(`${CERTIFICATE}\n`)],
      ['capitals', at(CERTIFICATE.replace('sns', 'SNS'))],
    ];
    for (const [what, message] of forged) {
      const { status, body } = await send(message);
      expect([what, status, body.code]).toEqual([what, 403, 'feedback-refused']);
    }
    expect(fetched.filter((url) => url !== CERTIFICATE)).toEqual([]);
    expect(await herald.recorded()).toEqual([]);
  });

  it('that is none is refused, and names each field', async () => {
    const answer = await send({ Type: 'Notification', TopicArn: TOPIC });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    const fields = answer.body.errors?.map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining(['Signature', 'SigningCertURL', 'Timestamp']));
    // Raw message delivery: the event without its envelope.
    expect((await send(bounceOf('x') as unknown as Message)).status).toBe(400);
  });

  it('whose certificate is not valid now, or cannot be had, is not believed, and may be sent again', async () => {
    const message = (name: string) =>
      signed(notification(bounceOf('x'), { SigningCertURL: CERTIFICATE.replace('9c6465fa', name) }));
    web.set(
      CERTIFICATE.replace('9c6465fa', '00000001'),
      certificateOf(keys, ['2025-01-01T00:00:00Z', '2026-03-01T00:00:00Z']),
    );
    web.set(CERTIFICATE.replace('9c6465fa', '00000002'), '<html>');
    expect(await send(message('00000001'))).toMatchObject({
      status: 403,
      body: { code: 'feedback-refused' },
    });
    expect(await send(message('00000002'))).toMatchObject({
      status: 503,
      body: { code: 'feedback-unverified' },
    });
    expect(await send(message('00000003'))).toMatchObject({
      status: 503,
      body: { code: 'feedback-unverified' },
    });
    web.set(CERTIFICATE.replace('9c6465fa', '00000003'), certificateOf(keys, YEAR));
    expect(await send(message('00000003'))).toMatchObject({ status: 202 });
    expect(await herald.recorded()).toEqual([]);
  });
});

describe('An event of SES', () => {
  it.each(['1', '2'])(
    'is taken with a signature of version %s; a certificate is fetched once',
    async (SignatureVersion) => {
      const event = { eventType: 'Send', mail: mailOf('x', 'ada@linden.example'), send: {} };
      const message = signed(notification(event, { SignatureVersion }));
      expect(await send(message)).toMatchObject({ status: 202, body: { ...SUMMARY, ignored: 1 } });
      expect(await send(signed(notification(event, { SignatureVersion, Subject: undefined })))).toMatchObject(
        { status: 202 },
      );
      expect(fetched).toEqual([]);
    },
  );

  it('that reports a permanent bounce makes the address undeliverable, once', async () => {
    const message = signed(notification(bounceOf(await herald.sentTo('ada'))));
    expect(await send(message)).toMatchObject({ status: 202, body: { ...SUMMARY, recorded: 1 } });
    expect(await send(message)).toMatchObject({ status: 202, body: { ...SUMMARY, known: 1 } });
    await herald.settled();
    expect(await herald.mailsTo('ada')).toMatchObject([
      { outcome: 'bounced', detail: 'smtp; 550 5.1.1 <ada@linden.example>... User' },
    ]);
    expect(await herald.recorded()).toEqual(['AddressUndeliverable ada@linden.example', 'Bounced hard']);
    const bounced = (await herald.events()).find(({ type }) => type === 'Bounced');
    expect(bounced).toMatchObject({
      data: { source: 'ses', hard: true, status: '5.1.1' },
      metadata: { occurredAt: '2026-03-02T08:59:58.237Z', actor: 'feedback:ses' },
    });
  });

  it('that reports a transient bounce leaves the address as it is', async () => {
    await send(signed(notification(bounceOf(await herald.sentTo('ben'), 'Transient'))));
    await herald.settled();
    expect(await herald.outcomes('ben')).toEqual(['bounced']);
    expect((await herald.person('ben'))?.undeliverable).toBeUndefined();
  });

  it('that reports an absence note of a mail that has arrived changes nothing', async () => {
    const mail = mailOf(await herald.sentTo('finn'), 'finn@linden.example');
    const delivery = { timestamp: '2026-03-02T08:59:57.500Z', smtpResponse: '250 ok' };
    await send(signed(notification({ notificationType: 'Delivery', mail, delivery })));
    // No DSN is attached to the note, so that nothing is said of the recipient but the address.
    const bounce = {
      ...{ bounceType: 'Transient', bounceSubType: 'General', feedbackId: '000001378603176d-5a4b5ad9' },
      bouncedRecipients: [{ emailAddress: 'finn@linden.example' }],
      timestamp: '2026-03-02T08:59:59.000Z',
    };
    const note = { notificationType: 'Bounce', mail, bounce };
    expect((await send(signed(notification(note)))).body).toMatchObject({ ...SUMMARY, ignored: 1 });
    const full = { ...note, bounce: { ...bounce, bounceSubType: 'MailboxFull' } };
    await herald.settled();
    expect(await herald.outcomes('finn')).toEqual(['delivered']);
    expect((await send(signed(notification(full)))).body).toMatchObject({ ...SUMMARY, recorded: 1 });
  });

  it('that is no report, such as the text by which SES tries a topic, is taken and records nothing', async () => {
    const texts = [
      'Successfully validated SNS topic for Amazon SES event publishing.',
      '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed."}',
    ];
    for (const Message of texts)
      expect([Message, await send(signed(notification({}, { Message })))]).toMatchObject([
        ...[Message, { status: 202, body: { ...SUMMARY, ignored: 1 } }],
      ]);
  });

  it('that reports a complaint makes the address undeliverable; that it is no spam does not', async () => {
    const complaint = (notificationId: string, complaintFeedbackType: string) => ({
      notificationType: 'Complaint',
      complaint: {
        userAgent: 'AnyCompany Feedback Loop (V0.01)',
        complainedRecipients: [{ emailAddress: 'cleo@linden.example' }],
        complaintFeedbackType,
        arrivalDate: '2026-03-02T08:59:59.000Z',
        timestamp: '2026-03-02T08:59:59.000Z',
        feedbackId: '000001378603177f-18c07c78-fa81-4a58-9dd1-fedc3cb8f49a-000000',
      },
      mail: mailOf(notificationId, 'cleo@linden.example'),
    });
    const dora = signed(notification(complaint(await herald.sentTo('dora'), 'not-spam')));
    expect((await send(dora)).body).toMatchObject({ ignored: 1 });
    await send(signed(notification(complaint(await herald.sentTo('cleo'), 'abuse'))));
    await herald.settled();
    expect([await herald.outcomes('cleo'), await herald.outcomes('dora')]).toEqual([
      ['complained'],
      ['accepted'],
    ]);
    expect((await herald.person('cleo'))?.undeliverable).toMatchObject({ reason: 'complained' });
  });

  it('that reports a delay records nothing, and the delivery that follows is recorded', async () => {
    const mail = mailOf(await herald.sentTo('dora'), 'dora@linden.example');
    const delay = {
      delayType: 'TransientCommunicationFailure',
      timestamp: '2026-03-02T08:59:59.000Z',
      delayedRecipients: [],
    };
    expect(
      (await send(signed(notification({ eventType: 'DeliveryDelay', mail, deliveryDelay: delay })))).body,
    ).toMatchObject({ ignored: 1 });
    const delivery = {
      timestamp: '2026-03-02T08:59:59.500Z',
      recipients: ['dora@linden.example'],
      smtpResponse: '250 ok: Message 64111812 accepted',
    };
    await send(signed(notification({ notificationType: 'Delivery', mail, delivery })));
    await herald.settled();
    expect(await herald.mailsTo('dora')).toMatchObject([
      { outcome: 'delivered', detail: '250 ok: Message 64111812 accepted' },
    ]);
  });

  it('without the headers of the mail is about none', async () => {
    const { mail, ...event } = bounceOf(await herald.sentTo('emil'));
    const { headers: _, ...bare } = mail;
    expect((await send(signed(notification({ ...event, mail: bare })))).body).toMatchObject({ unmatched: 1 });
  });
});

describe('A subscription', () => {
  it('is confirmed for an allowed topic, at the host of SNS', async () => {
    web.set(CONFIRM, '<ConfirmSubscriptionResponse/>');
    expect(await send(signed(confirmation()))).toMatchObject({ status: 202, body: SUMMARY });
    expect(fetched).toEqual([CONFIRM]);
  });

  it('is confirmed nowhere else, whatever is signed', async () => {
    const forged: readonly Message[] = [
      signed(confirmation(), foreign.privateKey),
      signed(confirmation({ TopicArn: TOPIC.replace('123456789012', '210987654321') })),
      signed(confirmation({ SubscribeURL: 'https://169.254.169.254/latest/meta-data/' })),
      signed(confirmation({ SubscribeURL: 'http://localhost:2113/' })),
      signed(
        confirmation({
          SubscribeURL: 'https://sns.eu-west-1.amazonaws.com.example/?Action=ConfirmSubscription',
        }),
      ),
      signed(confirmation({ SubscribeURL: 'https://sns.eu-west-1.amazonaws.com@internal.example/' })),
      signed(confirmation({ SubscribeURL: 'https://sns.eu-west-1.amazonaws.com:8080/' })),
      signed(confirmation({ SubscribeURL: undefined })),
      signed(confirmation({ Token: undefined })),
      { ...signed(confirmation()), Token: 'other' },
    ];
    for (const message of forged)
      expect(await send(message)).toMatchObject({ status: 403, body: { code: 'feedback-refused' } });
    expect(fetched).toEqual([]);
  });

  it('names nothing that is fetched: another address at the right host is replaced', async () => {
    web.set(CONFIRM, '<ConfirmSubscriptionResponse/>');
    await send(signed(confirmation({ SubscribeURL: `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}` })));
    expect(fetched).toEqual([CONFIRM]);
  });

  it('that was ended is taken, and nothing is fetched: it is not confirmed again', async () => {
    const ended = confirmation({ Type: 'UnsubscribeConfirmation' });
    expect(await send(signed(ended))).toMatchObject({ status: 202, body: SUMMARY });
    expect(await send(signed(ended, foreign.privateKey))).toMatchObject({ status: 403 });
    expect(fetched).toEqual([]);
  });

  it('that cannot be confirmed is answered so that SNS asks again', async () => {
    expect(await send(signed(confirmation()))).toMatchObject({
      status: 503,
      body: { code: 'feedback-unverified' },
    });
  });
});

it('Certificates that there are none of are asked for so often in a minute, and no more', async () => {
  const statuses = new Set<number>();
  for (let n = 0; n <= MAX_CERTIFICATE_FETCHES_PER_MINUTE; n += 1) {
    const name = String(n).padStart(32, 'a');
    const SigningCertURL = `${HOST}/SimpleNotificationService-${name}.pem`;
    statuses.add((await send(signed(notification({}, { SigningCertURL })))).status);
  }
  expect([...statuses]).toEqual([503]);
  expect(fetched.length).toBeLessThanOrEqual(MAX_CERTIFICATE_FETCHES_PER_MINUTE);
});
