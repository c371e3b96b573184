import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { readEmailAddress } from '../../src/domain/channels/email-address.js';
import { smtpOptions } from '../../src/infrastructure/mail/smtp/smtp-options.js';
import { SmtpTransport } from '../../src/infrastructure/mail/smtp/smtp-transport.js';
import { aMail, MAY_START, PATIENT, smtpTo } from './mails.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A real SMTP server on loopback that keeps the mails it takes. */
const startServer = async (
  options: SMTPServerOptions = {},
): Promise<{ port: number; mails: ParsedMail[] }> => {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
    ...options,
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { port: (listener.address() as AddressInfo).port, mails };
};

const refusal = (responseCode: number): Error => Object.assign(new Error('not this one'), { responseCode });

it('delivers a mail with its text and HTML, its headers and its date', async () => {
  const { port, mails } = await startServer();
  const transport = smtpTo(port, 1, PATIENT);
  ends.unshift(() => transport.close());
  const result = await transport.send(
    aMail({
      locale: 'de',
      rule: 'content-needs-approval',
      list: { solutionId: 'acme', unsubscribeUrl: 'https://herald.example/unsubscribe/abc' },
    }),
    MAY_START,
  );

  expect(result).toEqual({
    outcome: 'accepted',
    reply: expect.stringMatching(/^250 /),
    messageId: '<0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d@acme.example>',
  });
  const [mail] = mails;
  expect(mail?.messageId).toBe('<0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d@acme.example>');
  expect(mail?.from?.value).toEqual([{ name: 'Acme Partner Social', address: 'no-reply@acme.example' }]);
  expect(mail?.to).toMatchObject({ value: [{ name: 'Ana Sørensen', address: 'ana@partner.example' }] });
  expect(mail?.subject).toBe('Authorisation has ended');
  expect(mail?.date?.toISOString()).toBe('2026-03-02T08:00:00.000Z');
  expect(mail?.text?.trim()).toBe('Grüße');
  expect(mail?.html).toBe('<p>Grüße</p>');
  expect(mail?.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
  expect(mail?.headers.get('x-herald-notification')).toBe('0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d');
  expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail?.headers.get('x-auto-response-suppress')).toBe('DR, RN, NRN, OOF, AutoReply');
  expect(mail?.headers.get('content-language')).toBe('de');
  expect(mail?.headers.get('list')).toMatchObject({
    id: { name: 'content-needs-approval.acme.acme.example' },
    unsubscribe: { url: 'https://herald.example/unsubscribe/abc' },
    'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
  });
});

it('signs in with the user and password of the URL', async () => {
  const seen: string[] = [];
  const { port } = await startServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      seen.push(`${username} ${password}`);
      done(null, { user: username });
    },
  });
  const transport = new SmtpTransport(smtpOptions(`smtp://her%40ld:p%2Fss@127.0.0.1:${port}?tls=optional`));
  ends.unshift(() => transport.close());
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
  expect(seen).toEqual(['her@ld p/ss']);
});

it('defers on a wrong password: it says nothing about the mail', async () => {
  const { port } = await startServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(refusal(535)),
  });
  const transport = new SmtpTransport(smtpOptions(`smtp://alice:secret@127.0.0.1:${port}?tls=optional`));
  ends.unshift(() => transport.close());
  const result = await transport.send(aMail(), MAY_START);
  expect(result).toMatchObject({
    outcome: 'not-tried',
    about: 'relay',
    reason: expect.stringContaining('535'),
  });
  // The dialogue holds neither the user nor the password.
  const secrets = ['secret', 'alice'].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''));
  expect(result.transcript).toContain('C: AUTH (hidden)');
  for (const secret of [...secrets, 'alice', 'secret', Buffer.from('\0alice\0secret').toString('base64')])
    expect(result.transcript?.join('\n')).not.toContain(secret);
});

it('sends no password to a server without TLS', async () => {
  const seen: string[] = [];
  const { port } = await startServer({
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => {
      seen.push(username ?? '');
      done(null, { user: username });
    },
  });
  const transport = new SmtpTransport(smtpOptions(`smtp://a:b@127.0.0.1:${port}`));
  ends.unshift(() => transport.close());
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'not-tried', about: 'relay' });
  expect(seen).toEqual([]);
});

describe.each([
  [451, 'deferred'],
  [550, 'rejected'],
] as const)('a reply %i', (code, after) => {
  const refusing: Record<string, SMTPServerOptions> = {
    'MAIL FROM': { onMailFrom: (_address, _session, done) => done(refusal(code)) },
    'RCPT TO': { onRcptTo: (_address, _session, done) => done(refusal(code)) },
    'the body': {
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(refusal(code)));
      },
    },
  };
  it.each(Object.keys(refusing))(`to %s`, async (step) => {
    // A sender that is refused is nobody else's failure.
    const outcome = step === 'MAIL FROM' && code === 550 ? 'not-tried' : after;
    const { port } = await startServer(refusing[step]);
    const transport = smtpTo(port, 1, PATIENT);
    ends.unshift(() => transport.close());
    expect(await transport.send(aMail(), MAY_START)).toMatchObject({
      outcome,
      reason: expect.stringContaining(String(code)),
    });
  });
});

it.each([
  '',
  'nobody',
  'a b@partner.example',
  'a@b@partner.example',
  'ana@partner.example, eve@evil.example',
  'ana@partner.example\r\nBcc: eve@evil.example',
  'Ana <ana@partner.example>',
  'ana@-.example',
])('rejects %j, which is no address, without a connection', async (address) => {
  const transport = smtpTo(1);
  ends.push(() => transport.close());
  expect(await transport.send(aMail({ to: { name: 'Ana', address } }), MAY_START)).toMatchObject({
    outcome: 'rejected',
    reason: expect.stringContaining("recipient's address"),
  });
});

it('after close a mail is not tried', async () => {
  const { port, mails } = await startServer();
  const transport = smtpTo(port, 1, PATIENT);
  await transport.close();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({
    outcome: 'not-tried',
    reason: expect.stringContaining('Herald shut down before'),
  });
  expect(mails).toEqual([]);
});

it('a mail that waits for a connection is not tried at close, however long the one before it takes', async () => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let goOn = (): void => undefined;
  const { port } = await startServer({
    onData: (stream, _session, done) => {
      stream.resume().on('end', () => {
        goOn = done;
        begin();
      });
    },
  });
  const transport = smtpTo(port, 1, PATIENT);
  const first = transport.send(aMail(), MAY_START);
  await begun;
  const second = transport.send(aMail(), MAY_START);
  await transport.close();
  expect(await second).toMatchObject({ outcome: 'not-tried' });
  goOn();
  expect(await first).toMatchObject({ outcome: 'accepted' });
});

describe('an address', () => {
  it.each([
    ...[
      "!#$%&'*+/=?^_`{|}~-a@partner.example",
      'r&d@partner.example',
      "shop'@partner.example",
      '{team}@b.cd',
    ],
    ...[
      'prvs=0123abcd=lena@partner.example',
      'irina@xn--e1afmkfd.xn--p1ai',
      `${'l'.repeat(64)}@partner.example`,
    ],
  ])('%s that ingest takes arrives as it is', async (address) => {
    const { port, mails } = await startServer();
    const transport = smtpTo(port, 1, PATIENT);
    ends.unshift(() => transport.close());
    const { to, from } = aMail({});
    const mail = aMail({ to: { ...to, address }, from: { ...from, address } });
    expect(await transport.send(mail, MAY_START)).toMatchObject({ outcome: 'accepted' });
    // mailparser shows A-labels in their own script.
    const arrived = [[mails[0]?.to].flat()[0], mails[0]?.from].map((field) => field?.value[0]?.address ?? '');
    expect(arrived.map((one) => readEmailAddress(one).address)).toEqual([address, address]);
  });

  it.each([
    ...[
      `${'l'.repeat(65)}@partner.example`,
      'ina@harbour-.example',
      '"ina"@partner.example',
      'ina@localhost',
    ],
  ])('%s that ingest refuses is refused, whoever has it', async (address) => {
    const transport = smtpTo(1, 1, PATIENT);
    ends.unshift(() => transport.close());
    const { to, from } = aMail({});
    for (const mail of [aMail({ to: { ...to, address } }), aMail({ from: { ...from, address } })]) {
      const result = await transport.send(mail, MAY_START);
      expect(result).toMatchObject({ outcome: 'rejected', isUnasked: true });
      expect(result).toHaveProperty('reason', expect.stringContaining('is not one that mail can have'));
    }
  });
});
