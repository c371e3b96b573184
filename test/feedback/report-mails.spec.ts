import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedbackSummary } from '../../src/application/feedback/record-feedback.js';
import {
  MAX_DSN_RECIPIENTS,
  MAX_FEEDBACK_BODY_BYTES,
  MAX_REPORT_HEADER_BYTES,
  MAX_REPORT_LINES,
  MAX_REPORT_PARTS,
} from '../../src/domain/bounds.js';
import type { ProblemBody } from '../http/herald.js';
import { arf, dsn, headersOf } from './reports.js';
import { heraldWithSentMails, type SentHerald } from './sent.js';

const USERS = ['ada', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gus', 'hal', 'ida', 'jan'];

let herald: SentHerald;
const headers = new Map<string, string>();
beforeAll(async () => {
  herald = await heraldWithSentMails(USERS);
  for (const user of USERS) headers.set(user, await headersOf(herald.outbox, await herald.sentTo(user)));
});
afterAll(() => herald.stop());

const of = (user: string): string => headers.get(user) ?? '';

const send = (mail: string | Buffer) =>
  herald.send<FeedbackSummary & ProblemBody>('/v1/feedback/mail', {
    ...{ method: 'POST', headers: { 'content-type': 'message/rfc822' }, body: mail },
  });

const RECORDED = { recorded: 1, known: 0, unmatched: 0, ignored: 0 };
const UNMATCHED = { recorded: 0, known: 0, unmatched: 1, ignored: 0 };

describe('A report in a mail', () => {
  it('that does not return the token of the mail is about none: anybody could write it', async () => {
    const other = /^X-Herald-Token: .*$/m.exec(of('ben'))?.[0] ?? '';
    const id = await herald.sentTo('ada');
    const forged: readonly (readonly [string, string])[] = [
      [
        'no token',
        of('ada')
          .replace(/^X-Herald-Token: .*\r\n/m, '')
          .replace(/^Message-ID: .*$/m, `Message-ID: <${id}@aurora.example>`),
      ],
      [
        'another token',
        of('ada')
          .replace(/^X-Herald-Token: .*$/m, `X-Herald-Token: ${'0'.repeat(32)}`)
          .replace(/^Message-ID: .*$/m, 'Message-ID: <x@y>'),
      ],
      [
        'the token of another mail',
        of('ada')
          .replace(/^X-Herald-Token: .*$/m, other)
          .replace(/^Message-ID: .*$/m, 'Message-ID: <x@y>'),
      ],
      [
        'half a token',
        of('ada')
          .replace(/^(X-Herald-Token: .{16}).*$/m, '$1')
          .replace(/^Message-ID: .*$/m, 'Message-ID: <x@y>'),
      ],
      [
        'the id of another mail with this token',
        of('ada')
          .replace(id, await herald.sentTo('ben'))
          .replace(/^Message-ID: .*$/m, 'Message-ID: <x@y>'),
      ],
      ['a Message-ID with another token', `Message-ID: <${id}.${'0'.repeat(32)}@aurora.example>`],
      ['no headers', 'Subject: hello'],
      ['no id', 'X-Herald-Token: 0'],
    ];
    for (const [what, returned] of forged) {
      expect([what, (await send(dsn(returned))).body]).toEqual([what, UNMATCHED]);
      expect([what, (await send(arf(returned))).body]).toEqual([what, UNMATCHED]);
    }
    expect(await herald.recorded()).toEqual([]);
  });

  it('may return a header on several lines', async () => {
    const folded = of('hal').replace(/^(Message-ID|X-Herald-\w+): /gm, '$1:\r\n ');
    expect((await send(dsn(folded, { action: 'delivered' }))).body).toEqual(RECORDED);
  });

  it('of an address that does not work makes it undeliverable, once', async () => {
    expect(await send(dsn(of('ada')))).toMatchObject({ status: 202, body: RECORDED });
    expect((await send(dsn(of('ada')))).body).toMatchObject({ recorded: 0, known: 1 });
    await herald.settled();
    expect(await herald.mailsTo('ada')).toMatchObject([
      {
        outcome: 'bounced',
        detail: 'smtp; 550 5.1.1 <somebody@linden.example>: Recipient address rejected: User unknown',
      },
    ]);
    expect((await herald.person('ada'))?.undeliverable).toMatchObject({ reason: 'bounced' });
    const bounced = (await herald.events()).find(({ type }) => type === 'Bounced');
    expect(bounced).toMatchObject({
      data: { source: 'mail', status: '5.1.1', hard: true },
      metadata: { occurredAt: '2026-03-02T08:59:58.000Z' },
    });
  });

  it.each([
    ['5.2.2', '552 5.2.2 mailbox full'],
    ['5.7.1', '550 5.7.1 refused by policy'],
    ['5.1.8', "550 5.1.8 the sender's domain does not exist"],
    ['4.4.7', '4.4.7 delivery time expired'],
    ['5.0.0', '550 no'],
  ])('with the status %s is a bounce, and the address stays', async (status, diagnostic) => {
    await send(dsn(of('ben'), { status, diagnostic }));
    await herald.settled();
    expect(await herald.outcomes('ben')).toEqual(['bounced']);
    expect((await herald.person('ben'))?.undeliverable).toBeUndefined();
  });

  it('takes the status from what the server said, where the reporting server writes 5.0.0 whatever it is, as Exim does', async () => {
    const diagnostic = '550-5.1.1 <jan@linden.example>:\r\n 550 5.1.1 User unknown';
    await send(dsn(of('jan'), { status: '5.0.0', diagnostic }));
    await send(dsn(of('ida'), { status: '5.4.7', diagnostic }));
    await herald.settled();
    expect((await herald.person('jan'))?.undeliverable).toMatchObject({ reason: 'bounced' });
    expect((await herald.person('ida'))?.undeliverable).toBeUndefined();
    const statuses = (await herald.events()).flatMap(({ type, data }) =>
      type === 'Bounced' ? data.status : [],
    );
    expect(statuses.slice(-2)).toEqual(['5.1.1', '5.4.7']);
  });

  it('may return headers only, by a Message-ID only, or in other encodings', async () => {
    const reference = /^Message-ID: .*$/m.exec(of('cleo'))?.[0] ?? '';
    expect((await send(dsn(reference, { returned: 'text/rfc822-headers' }))).body).toEqual(RECORDED);
    const own = of('dora').replace(/^Message-ID: .*$/m, 'Message-ID: <replaced@relay.example>');
    const latin = dsn(own, { returned: 'text/rfc822-headers', diagnostic: '550 5.1.1 Empfänger unbekannt' });
    expect((await send(Buffer.from(latin, 'latin1'))).body).toEqual(RECORDED);
    await herald.settled();
    expect([...(await herald.outcomes('cleo')), ...(await herald.outcomes('dora'))]).toEqual([
      'bounced',
      'bounced',
    ]);
  });

  it('that a mail was delivered is recorded; that it waits or went on is not', async () => {
    for (const action of ['delayed', 'relayed', 'expanded'])
      expect((await send(dsn(of('emil'), { action, status: '4.4.1' }))).body).toMatchObject({ ignored: 1 });
    expect(
      (await send(dsn(of('emil'), { action: 'delivered', status: '2.0.0', diagnostic: '250 ok' }))).body,
    ).toEqual(RECORDED);
    await herald.settled();
    expect(await herald.outcomes('emil')).toEqual(['delivered']);
  });

  it('of a recipient who calls it spam is a complaint; that it is none is not', async () => {
    expect((await send(arf(of('finn'), 'not-spam'))).body).toMatchObject({ ignored: 1 });
    expect((await send(arf(of('finn'), 'auth-failure'))).body).toMatchObject({ ignored: 1 });
    expect((await send(arf(of('finn')))).body).toEqual(RECORDED);
    await herald.settled();
    expect(await herald.mailsTo('finn')).toMatchObject([
      { outcome: 'complained', detail: 'abuse: SomeGenerator/1.0' },
    ]);
    expect((await herald.person('finn'))?.undeliverable).toMatchObject({ reason: 'complained' });
  });

  it('is no ordinary mail, no answer and no nonsense: nothing is recorded', async () => {
    const before = await herald.recorded();
    const mails = [
      `Subject: Out of office\r\nIn-Reply-To: ${/<.*>/.exec(of('gus'))?.[0]}\r\n\r\nBack on Monday.`,
      `${of('gus')}\r\n\r\nForwarded to you.`,
      dsn(of('gus')).replace('message/delivery-status', 'text/plain'),
      dsn(of('gus')).replaceAll('\r\n', ' '),
      '',
      '\0'.repeat(1_000),
      'Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n'.repeat(500),
    ];
    for (const mail of mails) {
      const { status, body } = await send(mail);
      expect([202, 400]).toContain(status);
      if (status === 202) expect(body).toMatchObject({ recorded: 0, known: 0 });
    }
    expect(await herald.recorded()).toEqual(before);
  });

  it('is refused where it has more parts or headers than a report: reading them would take seconds', async () => {
    const mail = arf(of('gus'), 'not-spam');
    const own = mail.split('\n--').length - 1;
    const withParts = (count: number) => mail.replace('Spam Spam Spam', `Spam${'\r\n--x'.repeat(count)}`);
    expect((await send(withParts(MAX_REPORT_PARTS - own))).status).toBe(202);
    expect(await send(withParts(MAX_REPORT_PARTS - own + 1))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    const line = `X-Filler: ${'x'.repeat(500)}\r\n`;
    const withHeaders = (bytes: number) => line.repeat(Math.ceil(bytes / line.length)) + mail;
    expect((await send(withHeaders(MAX_REPORT_HEADER_BYTES - 4_096))).status).toBe(202);
    expect((await send(withHeaders(MAX_REPORT_HEADER_BYTES))).status).toBe(400);
    // In what it returns, too.
    expect((await send(dsn(line.repeat(200)))).status).toBe(400);
  });

  it('is refused where it has more lines than a report: a mail of nothing but lines would stop everything else', async () => {
    const mail = arf(of('gus'), 'not-spam');
    const own = mail.split('\n').length - 1;
    const withLines = (count: number) => mail.replace('Spam Spam Spam', `Spam${'\n'.repeat(count)}`);
    expect((await send(withLines(MAX_REPORT_LINES - own))).status).toBe(202);
    expect(await send(withLines(MAX_REPORT_LINES - own + 1))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', detail: expect.stringContaining(`${MAX_REPORT_LINES} lines`) },
    });
    // Encoded, they are lines of what it returns.
    const encoded = Buffer.from('\n'.repeat(MAX_REPORT_LINES + 1)).toString('base64');
    const returned = 'message/rfc822\r\nContent-Transfer-Encoding: base64';
    expect((await send(dsn(encoded.replace(/.{76}/g, '$&\r\n'), { returned }))).status).toBe(400);
  });

  it('is looked at for so many recipients, and no more; a mail that is too large is refused', async () => {
    const one = '\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\nAction: delayed\r\nStatus: 4.0.0';
    const mail = dsn(of('gus'), { action: 'delayed' }).replace(
      /(Status: 5\.1\.1)/,
      `$1${one.repeat(MAX_DSN_RECIPIENTS)}`,
    );
    expect((await send(mail)).body).toMatchObject({ ignored: MAX_DSN_RECIPIENTS });
    expect((await send(Buffer.alloc(MAX_FEEDBACK_BODY_BYTES, 'x'))).status).not.toBe(413);
    expect(await send(Buffer.alloc(MAX_FEEDBACK_BODY_BYTES + 1, 'x'))).toMatchObject({
      ...{ status: 413, body: { code: 'payload-too-large' } },
    });
  });
});

describe('herald feedback read', () => {
  const read = async (content: string) => {
    const file = join(herald.folder, 'reports');
    await writeFile(file, content, 'latin1');
    const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const args = [cli, 'feedback', 'read', file, '--json', '--url', herald.url];
    return promisify(execFile)(process.execPath, args).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  };

  it('reports every mail of an mbox, and says how many were about none', async () => {
    const mbox = [dsn(of('gus'), { status: '5.2.2' }), arf(of('gus')), dsn('Subject: x')]
      .map(
        (mail) =>
          `From MAILER-DAEMON Mon Mar  2 08:59:58 2026\n${mail.replaceAll('\r\n', '\n').replace(/^This is the/m, '>From This is the')}\n`,
      )
      .join('');
    const { code, stdout } = await read(mbox);
    expect([code, JSON.parse(stdout)]).toEqual([
      ...[1, { mails: 3, recorded: 2, known: 0, unmatched: 1, ignored: 0, withoutReport: 0, refused: 0 }],
    ]);
    await herald.settled();
    expect(await herald.outcomes('gus')).toEqual(['complained']);
  });

  it('reports one mail', async () => {
    const { code, stdout } = await read(arf(of('gus')));
    expect([code, JSON.parse(stdout).known]).toEqual([0, 1]);
  });

  it('says which file cannot be read', async () => {
    const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const args = [cli, 'feedback', 'read', join(herald.folder, 'none.eml'), '--url', herald.url];
    await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('none.eml cannot be read') },
    });
  });
});
