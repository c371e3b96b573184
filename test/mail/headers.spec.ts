import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mail } from '../../src/infrastructure/mail/mail.js';
import { OutboxTransport } from '../../src/infrastructure/mail/outbox/outbox-transport.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { listId } from '../../src/infrastructure/mail/smtp/headers.js';
import { aMail, aModel, MAY_START } from './mails.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-headers-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The header of a mail on its way, unfolded, and what a mail program reads. */
const composed = async (changes: Partial<Mail>): Promise<{ header: string; mail: ParsedMail }> => {
  const result = await new OutboxTransport(folder).send(aMail(changes), MAY_START);
  if (result.outcome !== 'accepted') throw new Error(result.reason);
  const raw = await readFile(result.reply, 'utf8');
  const header = (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]/g, ' ');
  return { header, mail: await simpleParser(raw) };
};

const withoutIsolates = (text = ''): string => text.replace(/[\u2066-\u2069]/g, '');

describe('an encoded word that somebody has for a name', () => {
  it.each([
    '=?UTF-8?Q?Your_bank?=',
    'Ana =?utf-8?b?WW91ciBiYW5r?=',
    '=?UTF-8?Q?a?= =?UTF-8?Q?b?=',
    '"=?us-ascii?q?quoted?=" and more',
    'Grüße =?UTF-8?Q?Your_bank?=',
  ])('is read as the text that it is: %s', async (name) => {
    const { header, mail } = await composed({
      subject: `2 new posts need your approval in ${name}`,
      from: { name, address: 'no-reply@acme.example' },
      to: { name, address: 'ana@partner.example' },
    });
    expect(header).not.toContain(name);
    expect(withoutIsolates(mail.subject)).toBe(`2 new posts need your approval in ${name}`);
    expect(withoutIsolates(mail.from?.value[0]?.name)).toBe(name);
    expect([mail.to].flat()[0]?.value.map((one) => withoutIsolates(one.name))).toEqual([name]);
  });

  it('is one also in a subject that a notification words', async () => {
    const { subject } = new HandlebarsMailRenderer().render(
      aModel('content-needs-approval', {
        solution: { name: '=?UTF-8?Q?Your_bank?=', baseUrl: 'https://social.acme.example' },
      }),
    );
    const { mail } = await composed({ subject });
    expect(mail.subject).toContain('=?UTF-8?Q?Your_bank?=');
  });
});

describe('the List-Id of a digest', () => {
  const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  const RFC_2919 = new RegExp(`^<${ATOM}(\\.${ATOM})+>$`);
  const ids = [
    'acme',
    'Acme',
    'tenant:42',
    'acme@eu',
    'a..b',
    'acme.',
    'a~b_c-d',
    'x'.repeat(128),
    ':'.repeat(128),
  ];
  const idOf = (solutionId: string) =>
    listId('content-needs-approval', solutionId, 'notify@Meridian.example');

  it.each(ids)(
    'is a dot-atom of at most 255 characters under the sender’s domain: %s',
    async (solutionId) => {
      const id = idOf(solutionId);
      expect(id).toMatch(RFC_2919);
      expect(id.length).toBeLessThan(255);
      expect(id).toMatch(/^<content-needs-approval\.[^.]+\.meridian\.example>$/);
    },
  );

  it('differs between any two solutions, in any case', () => {
    const more = ['tenant:43', 'acme.b', 'a.b', `${'x'.repeat(127)}y`, 'tenant%3A42'];
    const found = [...ids, ...more].map((id) => idOf(id).toLowerCase());
    expect(new Set(found).size).toBe(found.length);
  });

  it('stands in the header as it is', async () => {
    const list = { solutionId: 'tenant:42', unsubscribeUrl: 'https://herald.example/u/1' };
    const { header } = await composed({ rule: 'content-needs-approval', list });
    expect(header).toMatch(/^List-ID: <content-needs-approval\.tenant%3A42\.acme\.example>$/m);
  });
});

it('a sender under an internationalised domain has ASCII ids', async () => {
  const { header } = await composed({
    from: { name: 'Grün', address: 'post@grün.example' },
    list: { solutionId: 'acme', unsubscribeUrl: 'https://herald.example/u/1' },
  });
  expect(header).toContain('.acme.xn--grn-ioa.example>');
  expect(header).toMatch(/^Message-ID: <[\x21-\x7e]+@xn--grn-ioa\.example>$/m);
});

it('suppresses absence replies, and not the reports of what cannot be delivered', async () => {
  const { header } = await composed({});
  expect(header).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(header).toMatch(/^X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply$/m);
});
