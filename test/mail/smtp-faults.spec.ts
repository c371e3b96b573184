import { afterEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/application/ports/channel.js';
import type { MailTransport } from '../../src/infrastructure/mail/mail.js';
import { type Fault, type FaultySmtp, type Moment, type Stage, startFaultySmtp } from './faulty-smtp.js';
import { aMail, MAY_START, smtpTo } from './mails.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const session = async (
  fault: (moment: Moment) => Fault | undefined,
  { pipelining = false, lanes = 1, total = 5_000 } = {},
): Promise<{ server: FaultySmtp; transport: MailTransport }> => {
  const server = await startFaultySmtp(fault, { pipelining });
  const transport = smtpTo(server.port, lanes, { total });
  ends.push(() => transport.close(), server.close);
  return { server, transport };
};

// larger than the socket's buffers, so that its middle can be missed
const BIG = `<p>${'All work and no play makes a long body. '.repeat(100_000)}</p>`;

type Outcome = SendResult['outcome'];
const TABLE: readonly [Stage, Fault, Outcome][] = [
  ['connect', 'drop', 'deferred'],
  ['connect', 'stall', 'deferred'],
  ['connect', { reply: '554 no service here' }, 'deferred'],
  ['EHLO', 'drop', 'deferred'],
  ['EHLO', 'stall', 'deferred'],
  ['MAIL', 'drop', 'deferred'],
  ['MAIL', 'stall', 'deferred'],
  ['MAIL', { reply: '451 try later' }, 'deferred'],
  ['MAIL', { reply: '550 not from you' }, 'rejected'],
  ['RCPT', 'drop', 'deferred'],
  ['RCPT', 'stall', 'deferred'],
  ['RCPT', { reply: '450 greylisted' }, 'deferred'],
  ['RCPT', { reply: '421 too busy, closing' }, 'deferred'],
  ['RCPT', { reply: '550 no such user' }, 'rejected'],
  ['DATA', 'drop', 'deferred'],
  ['DATA', 'stall', 'deferred'],
  ['DATA', { reply: '451 try later' }, 'deferred'],
  ['DATA', { reply: '554 no valid recipients' }, 'rejected'],
  ['body', 'drop', 'unknown'],
  ['body', 'stall', 'unknown'],
  ['dot', 'drop', 'unknown'],
  ['dot', 'stall', 'unknown'],
  ['dot', { reply: 'nonsense' }, 'unknown'],
  ['dot', { reply: '354 again?' }, 'unknown'],
  ['dot', { reply: '421 closing' }, 'deferred'],
  ['dot', { reply: '452 disk full' }, 'deferred'],
  ['dot', { reply: '554 5.7.1 spam' }, 'rejected'],
  ['dot', { reply: '250 2.0.0 queued as 4712' }, 'accepted'],
];

describe.each([false, true])('with PIPELINING %s', (pipelining) => {
  it.each(TABLE)(
    'at %s: %j is %s, and the next mail over the lane goes through',
    async (stage, fault, outcome) => {
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
      expect(await transport.send(first, MAY_START)).toMatchObject({ outcome });

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

it('is deferred when the server talks nonsense before it has the mail', async () => {
  const { transport } = await session(({ stage }) => (stage === 'MAIL' ? { reply: 'nonsense' } : undefined));
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'deferred' });
});

it('is deferred when nothing listens on the port', async () => {
  const { server, transport } = await session(() => undefined);
  await server.close();
  ends.pop();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'deferred' });
});

it('sends one mail after the other over the same connection', async () => {
  const { server, transport } = await session(() => undefined);
  await transport.send(aMail(), MAY_START);
  await transport.send(aMail(), MAY_START);
  expect(server.connections()).toBe(1);
});

it('an attempt that takes too long as a whole is given up, by where it stood', async () => {
  const stuck = await session(({ stage }) => (stage === 'RCPT' ? 'stall' : undefined), { total: 50 });
  expect(await stuck.transport.send(aMail(), MAY_START)).toMatchObject({
    outcome: 'deferred',
    reason: expect.stringContaining('time limit'),
  });
  const lost = await session(({ stage }) => (stage === 'dot' ? 'stall' : undefined), { total: 50 });
  expect(await lost.transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'unknown' });
});

it('gives each of many mails over many lanes its own outcome', async () => {
  const KINDS: readonly { stage: Stage; fault?: Fault; outcome: Outcome }[] = [
    { stage: 'dot', outcome: 'accepted' },
    { stage: 'RCPT', fault: { reply: '450 greylisted' }, outcome: 'deferred' },
    { stage: 'RCPT', fault: { reply: '550 no such user' }, outcome: 'rejected' },
    { stage: 'RCPT', fault: 'drop', outcome: 'deferred' },
    { stage: 'dot', fault: 'drop', outcome: 'unknown' },
    { stage: 'dot', fault: { reply: '554 spam' }, outcome: 'rejected' },
    { stage: 'DATA', fault: 'drop', outcome: 'deferred' },
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
