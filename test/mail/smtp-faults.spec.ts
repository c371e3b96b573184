import { afterEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/application/ports/channel.js';
import {
  MAX_ATTEMPT_MS,
  MAX_REPLY_BYTES,
  MAX_REPLY_LENGTH,
  MAX_TRANSCRIPT_LINE,
  MAX_TRANSCRIPT_LINES,
} from '../../src/domain/bounds.js';
import type { MailTransport } from '../../src/infrastructure/mail/mail.js';
import { DEFAULT_TIMEOUTS, smtpOptions } from '../../src/infrastructure/mail/smtp/smtp-options.js';
import { SmtpTransport } from '../../src/infrastructure/mail/smtp/smtp-transport.js';
import { type Fault, type FaultySmtp, type Moment, type Stage, startFaultySmtp } from './faulty-smtp.js';
import { aMail, MAY_START, smtpTo } from './mails.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const session = async (
  fault: (moment: Moment) => Fault | undefined,
  { pipelining = false, lanes = 1 } = {},
): Promise<{ server: FaultySmtp; transport: MailTransport }> => {
  const server = await startFaultySmtp(fault, { pipelining });
  const transport = smtpTo(server.port, lanes);
  ends.push(() => transport.close(), server.close);
  return { server, transport };
};

// larger than the socket's buffers, so that its middle can be missed
const BIG = `<p>${'All work and no play makes a long body. '.repeat(100_000)}</p>`;

type Outcome = SendResult['outcome'];
const RELAY = { outcome: 'not-tried', about: 'relay' };
const SENDER = { outcome: 'not-tried', about: 'sender' };
const MAIL = { outcome: 'deferred', about: 'mail' };
const REFUSED = { outcome: 'rejected', about: 'mail' };
const RECIPIENT = { outcome: 'rejected', about: 'recipient' };
const UNKNOWN = { outcome: 'unknown' };

/** Whose failure it is: by the stage, the reply code and the enhanced status code. */
const TABLE: readonly [Stage, Fault, object][] = [
  ['connect', 'drop', RELAY],
  ['connect', 'stall', RELAY],
  ['connect', { reply: '554 no service here' }, RELAY],
  ['connect', { reply: '421 4.7.0 rate limited' }, RELAY],
  ['EHLO', 'drop', RELAY],
  ['EHLO', 'stall', RELAY],
  ['EHLO', { reply: '421 4.3.2 not now' }, RELAY],
  ['MAIL', 'drop', RELAY],
  ['MAIL', 'stall', RELAY],
  ['MAIL', { reply: '451 try later' }, MAIL],
  ['MAIL', { reply: '452 4.3.1 Insufficient system storage' }, MAIL],
  ['MAIL', { reply: '550 not from you' }, SENDER],
  ['MAIL', { reply: '553 5.1.8 domain of sender not found' }, SENDER],
  ['MAIL', { reply: '530 5.7.0 Authentication required' }, RELAY],
  ['MAIL', { reply: '530 5.7.0 Must issue a STARTTLS command first' }, RELAY],
  ['MAIL', { reply: '538 5.7.11 Encryption required' }, RELAY],
  ['MAIL', { reply: '550 5.7.60 Client does not have permissions to send as this sender' }, SENDER],
  ['MAIL', { reply: '552 5.3.4 Message size exceeds fixed limit' }, REFUSED],
  ['MAIL', { reply: '552 message too large' }, REFUSED],
  ['RCPT', 'drop', RELAY],
  ['RCPT', 'stall', RELAY],
  ['RCPT', { reply: '450 greylisted' }, MAIL],
  ['RCPT', { reply: '451 4.7.1 Greylisting in action, please come back later' }, MAIL],
  ['RCPT', { reply: '421 too busy, closing' }, RELAY],
  ['RCPT', { reply: '530 5.7.0 Authentication required' }, RELAY],
  ['RCPT', { reply: '550 no such user' }, RECIPIENT],
  ['RCPT', { reply: '550 5.1.1 no such user' }, { ...RECIPIENT, addressUnusable: true }],
  ['RCPT', { reply: '556 5.1.10 null MX' }, { ...RECIPIENT, addressUnusable: true }],
  ['RCPT', { reply: '552 5.2.2 mailbox full' }, RECIPIENT],
  ['RCPT', { reply: '554 5.7.1 <first@p.example>: Relay access denied' }, SENDER],
  ['RCPT', { reply: '454 4.7.1 <first@p.example>: Relay access denied' }, SENDER],
  ['RCPT', { reply: '550 relay not permitted' }, SENDER],
  ['RCPT', { reply: '554 5.7.1 Client host [192.0.2.1] blocked using zen.example' }, SENDER],
  ['DATA', 'drop', RELAY],
  ['DATA', 'stall', RELAY],
  ['DATA', { reply: '451 try later' }, MAIL],
  ['DATA', { reply: '554 no valid recipients' }, RECIPIENT],
  ['body', 'drop', UNKNOWN],
  ['body', 'stall', UNKNOWN],
  ['dot', 'drop', UNKNOWN],
  ['dot', 'stall', UNKNOWN],
  ['dot', { reply: 'nonsense' }, UNKNOWN],
  ['dot', { reply: '354 again?' }, UNKNOWN],
  ['dot', { reply: '421 closing' }, RELAY],
  ['dot', { reply: '452 disk full' }, MAIL],
  ['dot', { reply: '451 4.7.1 Try again later' }, MAIL],
  ['dot', { reply: '421-4.7.28 unusual rate\r\n421 4.7.28 of mail' }, RELAY],
  ['dot', { reply: '450-4.7.26 This mail is unauthenticated\r\n450 4.7.26 see SPF' }, SENDER],
  [
    'dot',
    { reply: '550-5.7.26 This mail has been blocked\r\n550 5.7.26 as the sender is unauthenticated' },
    SENDER,
  ],
  ['dot', { reply: '550 5.7.515 Access denied, sending domain does not meet the required level' }, SENDER],
  [
    'dot',
    { reply: '550 5.7.1 Unauthenticated email is not accepted due to the DMARC policy of the domain' },
    SENDER,
  ],
  // What large relays say of a sender that they do not let send, or not today.
  ['RCPT', { reply: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain' }, SENDER],
  ['RCPT', { reply: '554 5.7.1 <[127.0.0.1]>: Helo command rejected: use a name' }, SENDER],
  ['RCPT', { reply: '450 4.7.1 <herald.local>: Helo command rejected: Host not found' }, SENDER],
  ['RCPT', { reply: '504 5.5.2 <herald>: Helo command rejected: need fully-qualified hostname' }, SENDER],
  [
    'RCPT',
    { reply: '550-Verification failed for <no-reply@acme.example>\r\n550 Sender verify failed' },
    SENDER,
  ],
  ['RCPT', { reply: '550 5.1.0 <no-reply@acme.example>: Sender address rejected: User unknown' }, SENDER],
  ['RCPT', { reply: '554 5.1.0 Sender Denied' }, SENDER],
  ['RCPT', { reply: '550 5.1.0 Address rejected' }, RECIPIENT],
  ['RCPT', { reply: '550 <first@dmarc.example>: no such user' }, RECIPIENT],
  ['dot', { reply: '553 Relaying disallowed as a@b.example' }, SENDER],
  ['dot', { reply: '550 5.7.1 Unconfigured Sending Domain' }, SENDER],
  ['RCPT', { reply: '550 5.7.1 Invalid credentials for relay [192.0.2.1].' }, SENDER],
  ['RCPT', { reply: '550 5.1.90 You have reached your daily limit for message recipients' }, SENDER],
  ['RCPT', { reply: '550 5.7.233 Your tenant exceeded its daily limit for external recipients' }, SENDER],
  ['dot', { reply: '550 5.4.5 Daily SMTP relay limit exceeded for customer.' }, SENDER],
  ['dot', { reply: '554 5.2.252 SendAsDenied; a@p.example not allowed to send as b@p.example' }, SENDER],
  ['dot', { reply: '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException' }, SENDER],
  ['dot', { reply: '554 Message rejected: Email address is not verified. It is a@acme.example' }, SENDER],
  ['dot', { reply: '554 Message rejected: Sending paused for this account.' }, SENDER],
  ['dot', { reply: "554 Access denied: User `h' is not authorized to perform `ses:SendRawEmail'" }, SENDER],
  ['dot', { reply: '550 The from address does not match a verified Sender Identity.' }, SENDER],
  ['dot', { reply: '554 5.7.1 spam' }, RECIPIENT],
  ['dot', { reply: '554 5.6.0 malformed' }, REFUSED],
  ['dot', { reply: '552 5.3.4 too large' }, REFUSED],
  ['dot', { reply: '250-so far\r\n554 and yet no' }, RECIPIENT],
  ['dot', { reply: '250 2.0.0 queued as 4712' }, { outcome: 'accepted' }],
];

describe.each([false, true])('with PIPELINING %s', (pipelining) => {
  it.each(TABLE)(
    'at %s: %j is %j, and the next mail over the lane goes through',
    async (stage, fault, expected) => {
      // the session's first mail meets the fault, whatever connection it takes
      let met = false;
      const { server, transport } = await session(
        (moment) => {
          if (met || moment.stage !== stage) return undefined;
          met = true;
          return fault;
        },
        { pipelining },
      );
      const first = aMail({
        ...(stage === 'body' && { html: BIG }),
        to: { name: '', address: 'first@p.example' },
      });
      expect(await transport.send(first, MAY_START)).toMatchObject(expected);

      const next = aMail({ to: { name: '', address: 'next@p.example' } });
      expect(await transport.send(next, MAY_START)).toEqual({
        outcome: 'accepted',
        reply: '250 2.0.0 queued as 4711',
        messageId: '<0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d@acme.example>',
      });
      expect(server.received.filter((to) => to === 'next@p.example')).toHaveLength(1);
      expect(server.received.filter((to) => to === 'first@p.example')).toHaveLength(stage === 'dot' ? 1 : 0);
    },
  );

  it('takes a 250 to DATA for the go-ahead that nodemailer takes it for: a drop after the dot is unknown', async () => {
    const faults: Partial<Record<Stage, Fault>> = { DATA: { reply: '250 go ahead' }, dot: 'drop' };
    const { transport } = await session(({ stage }) => faults[stage], { pipelining });
    expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'unknown' });
  });

  it('uses the reply to RCPT when the server asks for the body of a mail without recipients', async () => {
    const faults: Partial<Record<Stage, Fault>> = {
      RCPT: { reply: '550 no such user' },
      DATA: { reply: '354 go ahead' },
    };
    const { transport } = await session(({ stage }) => faults[stage], { pipelining });
    expect(await transport.send(aMail(), MAY_START)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('550 no such user'),
    });
  });
});

it('is about the relay when the server talks nonsense before it has the mail', async () => {
  const { transport } = await session(({ stage }) => (stage === 'MAIL' ? { reply: 'nonsense' } : undefined));
  expect(await transport.send(aMail(), MAY_START)).toMatchObject(RELAY);
});

it('sends over the connections that the server takes where it takes fewer than there are lanes', async () => {
  const { server, transport } = await session(
    ({ stage }) =>
      stage === 'connect' && server.open() > 2 ? { reply: '421 4.7.0 too many connections' } : undefined,
    { lanes: 5 },
  );
  await Promise.all([transport.send(aMail(), MAY_START), transport.send(aMail(), MAY_START)]);
  const results = await Promise.all(Array.from({ length: 50 }, () => transport.send(aMail(), MAY_START)));
  expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'accepted'));
  expect(server.received).toHaveLength(52);
  expect(server.connections()).toBeLessThanOrEqual(5);
});

it('says that its login is refused, also while an older connection works', async () => {
  let isRotated = false;
  let refusals = 0;
  const server = await startFaultySmtp(
    ({ stage }) => {
      if (!isRotated || stage !== 'AUTH') return undefined;
      refusals += 1;
      return { reply: '535 5.7.8 wrong password' };
    },
    { auth: true },
  );
  const transport = new SmtpTransport(
    smtpOptions(`smtp://user:old@127.0.0.1:${server.port}?lanes=2&tls=optional`),
  );
  ends.push(() => transport.close(), server.close);
  await transport.send(aMail(), MAY_START);
  isRotated = true;
  const results = await Promise.all([transport.send(aMail(), MAY_START), transport.send(aMail(), MAY_START)]);
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'not-tried']);
  expect(refusals).toBe(1);
});

it('says in EHLO the name that it was given', async () => {
  const server = await startFaultySmtp(() => undefined);
  const transport = new SmtpTransport(
    smtpOptions(`smtp://127.0.0.1:${server.port}?name=herald.acme.example`),
  );
  ends.push(() => transport.close(), server.close);
  await transport.send(aMail(), MAY_START);
  expect(server.commands()[0]).toBe('EHLO herald.acme.example');
});

it('is about the relay when nothing listens on the port', async () => {
  const { server, transport } = await session(() => undefined);
  await server.close();
  ends.pop();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject(RELAY);
});

it('sends one mail after the other over the same connection', async () => {
  const { server, transport } = await session(() => undefined);
  await transport.send(aMail(), MAY_START);
  await transport.send(aMail(), MAY_START);
  expect(server.connections()).toBe(1);
});

describe('The reason is the words of the server, never those of the library:', () => {
  const reasonOf = async (fault: (moment: Moment) => Fault | undefined, mail = aMail()) => {
    const { transport } = await session(fault);
    const result = await transport.send(mail, MAY_START);
    return result.outcome === 'accepted' ? result.reply : result.reason;
  };

  it('all lines of a reply', async () => {
    const reply =
      '550-5.7.26 Your email has been blocked because the sender\r\n550-5.7.26 is unauthenticated.\r\n550 5.7.26 See https://mail.example';
    expect(await reasonOf(({ stage }) => (stage === 'dot' ? { reply } : undefined))).toBe(
      '550 5.7.26 Your email has been blocked because the sender is unauthenticated. See https://mail.example',
    );
    const mixed = '250-so far so good\r\n554 5.7.1 and yet refused';
    expect(await reasonOf(({ stage }) => (stage === 'dot' ? { reply: mixed } : undefined))).toBe(
      '250-so far so good 554 5.7.1 and yet refused',
    );
  });

  it('the line before the connection ends', async () => {
    expect(
      await reasonOf(({ stage }) => (stage === 'connect' ? { reply: '421 4.7.0 rate limited' } : undefined)),
    ).toBe('421 4.7.0 rate limited');
  });

  it('or, without a reply, where it stopped, how long Herald waited, and what the server said last', async () => {
    expect(await reasonOf(({ stage }) => (stage === 'RCPT' ? 'drop' : undefined))).toBe(
      'The connection to the mail server ended before it answered RCPT. It last said: 250 sender ok',
    );
    expect(await reasonOf(({ stage }) => (stage === 'dot' ? 'stall' : undefined))).toBe(
      'The mail server was silent for 0 seconds after the mail was sent, before it confirmed it. It last said: 354 go ahead',
    );
    expect(await reasonOf(({ stage }) => (stage === 'connect' ? 'stall' : undefined))).toBe(
      'The mail server was silent for 0 seconds before its greeting. It had said nothing.',
    );
    const { server, transport } = await session(() => undefined);
    await server.close();
    ends.pop();
    expect(await transport.send(aMail(), MAY_START)).toMatchObject({
      reason: `No connection to the mail server: connect ECONNREFUSED 127.0.0.1:${server.port}.`,
    });
  });

  it('of a reply at most MAX_REPLY_LENGTH characters', async () => {
    const reply = `550 ${'n'.repeat(MAX_REPLY_LENGTH)}`;
    expect(await reasonOf(({ stage }) => (stage === 'RCPT' ? { reply } : undefined))).toBe(
      reply.slice(0, MAX_REPLY_LENGTH),
    );
    expect(
      await reasonOf(({ stage }) =>
        stage === 'RCPT' ? { reply: reply.slice(0, MAX_REPLY_LENGTH) } : undefined,
      ),
    ).toHaveLength(MAX_REPLY_LENGTH);
  });

  it('and a reply beyond MAX_REPLY_BYTES ends the connection', async () => {
    const lines = (bytes: number) => `550-${'x'.repeat(bytes - 4)}\r\n550 no`;
    const { transport } = await session(({ stage }) =>
      stage === 'RCPT' ? { reply: lines(MAX_REPLY_BYTES) } : undefined,
    );
    expect(await transport.send(aMail(), MAY_START)).toMatchObject(RECIPIENT);
    const beyond = await session(({ stage }) =>
      stage === 'RCPT' ? { reply: lines(MAX_REPLY_BYTES + 1) } : undefined,
    );
    expect(await beyond.transport.send(aMail(), MAY_START)).toMatchObject(RELAY);
  });
});

describe('The dialogue of a failed attempt', () => {
  it('is kept, without the body', async () => {
    const { transport } = await session(({ stage }) => (stage === 'dot' ? { reply: '554 no' } : undefined));
    const { transcript } = await transport.send(aMail({ text: 'the body' }), MAY_START);
    expect(transcript).toEqual([
      '-- connected',
      'S: 220 faulty.example ESMTP',
      expect.stringMatching(/^C: EHLO /),
      'S: 250-faulty.example',
      'S: 250 8BITMIME',
      'C: MAIL FROM:<no-reply@acme.example>',
      'S: 250 sender ok',
      'C: RCPT TO:<ana@partner.example>',
      'S: 250 recipient ok',
      'C: DATA',
      'S: 354 go ahead',
      '-- end of the mail',
      'S: 554 no',
    ]);
  });

  it('has at most MAX_TRANSCRIPT_LINES lines of MAX_TRANSCRIPT_LINE characters: the first and the last', async () => {
    const reply = (lines: number) =>
      [
        ...Array.from({ length: lines - 1 }, (_, n) => `550-${n} ${'x'.repeat(MAX_TRANSCRIPT_LINE)}`),
        '550 end',
      ].join('\r\n');
    const before = 10; // lines until RCPT was sent, and the one that is the reply's last
    const linesOf = async (lines: number) => {
      const { transport } = await session(({ stage }) =>
        stage === 'RCPT' ? { reply: reply(lines) } : undefined,
      );
      return (await transport.send(aMail(), MAY_START)).transcript ?? [];
    };
    const whole = await linesOf(MAX_TRANSCRIPT_LINES - before + 2);
    expect(whole).toHaveLength(MAX_TRANSCRIPT_LINES);
    expect(whole).toContainEqual(expect.stringContaining('S: 550-30 '));
    const cut = await linesOf(MAX_TRANSCRIPT_LINES - before + 3);
    expect(cut).toHaveLength(MAX_TRANSCRIPT_LINES);
    expect([cut[0], cut.at(-1)]).toEqual(['-- connected', 'S: 550 end']);
    expect(Math.max(...cut.map(({ length }) => length))).toBe(MAX_TRANSCRIPT_LINE);
  });
});

describe('The start of an attempt', () => {
  it('is asked for after the 354, before a byte of the mail', async () => {
    const { server, transport } = await session(() => undefined);
    const asked: string[] = [];
    await transport.send(aMail(), async () => {
      asked.push(...server.commands());
      return true;
    });
    expect(asked.map((line) => line.slice(0, 4))).toEqual(['EHLO', 'MAIL', 'RCPT', 'DATA']);
  });

  it.each<Stage>(['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA'])(
    'is not asked for where the server fails at %s',
    async (stage) => {
      const { transport } = await session((moment) => (moment.stage === stage ? 'drop' : undefined));
      let asked = 0;
      await transport.send(aMail(), async () => {
        asked += 1;
        return true;
      });
      expect(asked).toBe(0);
    },
  );

  it('that is refused, or cannot be recorded, lets no byte of the mail leave', async () => {
    const { server, transport } = await session(() => undefined);
    const shutdown = { outcome: 'not-tried', about: 'shutdown' };
    expect(await transport.send(aMail(), async () => false)).toMatchObject(shutdown);
    expect(
      await transport.send(aMail(), async () => {
        throw new Error('the event store is away');
      }),
    ).toMatchObject(shutdown);
    expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
    expect(server.received).toHaveLength(1);
    expect(server.bodyBytes()).toBeGreaterThan(0);
    expect(server.connections()).toBe(3);
  });

  it('that the server does not wait for: what it says then is not believed', async () => {
    const { transport } = await session(({ stage }) =>
      stage === 'DATA' ? { reply: '354 go ahead\r\n250 2.0.0 queued' } : undefined,
    );
    let start = (_: boolean): void => undefined;
    const asked = new Promise<boolean>((resolve) => {
      start = resolve;
    });
    const sending = transport.send(aMail(), () => {
      setImmediate(() => setImmediate(() => start(true)));
      return asked;
    });
    expect(await sending).toMatchObject(RELAY);
  });
});

it('a 250 amid the mail is not believed', async () => {
  let isFirst = true;
  const { server, transport } = await session(({ stage }) => {
    if (stage !== 'body' || !isFirst) return undefined;
    isFirst = false;
    return { reply: '250 2.0.0 queued already' };
  });
  expect(await transport.send(aMail({ html: BIG }), MAY_START)).toMatchObject({
    outcome: 'unknown',
    reason: 'The mail server confirmed the mail before it had all of it: 250 2.0.0 queued already',
  });
  expect(server.received).toEqual([]);
});

it('the SIZE of EHLO is looked at before a byte of the mail is sent', async () => {
  const { server, transport } = await session(({ stage }) =>
    stage === 'EHLO' ? { reply: '250-faulty.example\r\n250 SIZE 2000' } : undefined,
  );
  expect(await transport.send(aMail({ text: 'x'.repeat(3000) }), MAY_START)).toMatchObject({
    ...REFUSED,
    reason: expect.stringMatching(/^The mail has \d{4} bytes, and the mail server takes at most 2000\.$/),
  });
  expect(server.bodyBytes()).toBe(0);
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
});

it('waits as long as RFC 5321, 4.5.3.2 asks for, and never longer than the lease of an attempt', () => {
  const minutes = Object.fromEntries(
    Object.entries(DEFAULT_TIMEOUTS).map(([name, millis]) => [name, millis / 60_000]),
  );
  expect(minutes).toMatchObject({ greeting: 5, command: 5, data: 2, confirmation: 10 });
  expect(minutes.body).toBeGreaterThanOrEqual(3);
  expect(DEFAULT_TIMEOUTS.body + DEFAULT_TIMEOUTS.confirmation).toBeLessThan(MAX_ATTEMPT_MS);
});

it('a connection that the server closed between two mails is replaced, and the mail goes out at once', async () => {
  const { server, transport } = await session(() => undefined);
  await transport.send(aMail(), MAY_START);
  server.dropAtNextCommand();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
  expect(server.connections()).toBe(2);
});

it('a refused recipient costs no new connection', async () => {
  const { server, transport } = await session(({ stage, to }) =>
    stage === 'RCPT' && to === 'nobody@p.example' ? { reply: '550 5.1.1 nobody' } : undefined,
  );
  const nobody = aMail({ to: { name: '', address: 'nobody@p.example' } });
  for (const mail of [nobody, nobody, aMail()]) await transport.send(mail, MAY_START);
  expect(server.received).toEqual(['ana@partner.example']);
  expect(server.connections()).toBe(1);
});

it('gives each of many mails over many lanes its own outcome', async () => {
  const KINDS: readonly { stage: Stage; fault?: Fault; outcome: Outcome }[] = [
    { stage: 'dot', outcome: 'accepted' },
    { stage: 'RCPT', fault: { reply: '450 greylisted' }, outcome: 'deferred' },
    { stage: 'RCPT', fault: { reply: '550 no such user' }, outcome: 'rejected' },
    { stage: 'RCPT', fault: 'drop', outcome: 'not-tried' },
    { stage: 'dot', fault: 'drop', outcome: 'unknown' },
    { stage: 'dot', fault: { reply: '554 spam' }, outcome: 'rejected' },
    { stage: 'DATA', fault: 'drop', outcome: 'not-tried' },
  ];
  const kindOf = (to: string) => KINDS[Number(to.slice(0, to.indexOf('-')))];
  const { transport } = await session(
    ({ stage, to }) => (kindOf(to)?.stage === stage ? kindOf(to)?.fault : undefined),
    { lanes: 5, pipelining: true },
  );
  const recipients = Array.from({ length: 140 }, (_, i) => `${(i * 5) % KINDS.length}-${i}@p.example`);
  const results = await Promise.all(
    recipients.map((address) => transport.send(aMail({ to: { name: '', address } }), MAY_START)),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(recipients.map((to) => kindOf(to)?.outcome));
});
