import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageModel } from '../../src/application/ports/channel.js';
import { MAX_LISTED_POSTS, MAX_MAIL_BYTES } from '../../src/domain/bounds.js';
import type { UnreachedPerson } from '../../src/domain/rules/shared/escalation.js';
import { OutboxTransport } from '../../src/infrastructure/mail/outbox/outbox-transport.js';
import { HandlebarsMailRenderer } from '../../src/infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { fitsInto, shorterEncoding } from '../../src/infrastructure/mail/transfer-encoding.js';
import { aDigest, aMail, aModel, MAY_START } from './mails.js';

const renderer = new HandlebarsMailRenderer();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-size-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A mail as it is sent, in bytes, and what a mail program makes of it. */
const sent = async (model: MessageModel) => {
  const { subject, html, text } = renderer.render(model);
  const unsubscribeUrl = model.unsubscribeUrl ?? '';
  const list = { list: { solutionId: 'acme', unsubscribeUrl } };
  const mail = aMail({ rule: model.rule, subject, html, text, ...(unsubscribeUrl ? list : {}) });
  const result = await new OutboxTransport(folder).send(mail, MAY_START);
  if (result.outcome !== 'accepted') throw new Error(result.reason);
  const raw = await readFile(result.reply);
  return { raw: raw.toString('latin1'), bytes: raw.length, html, text, parsed: await simpleParser(raw) };
};

const UNSUBSCRIBE = `https://herald.example/v1/unsubscribe/${'t'.repeat(300)}`;

/** The largest digest there can be, with these characters in all that comes from outside. */
const huge = (character: string, changes: Partial<MessageModel> = {}): MessageModel => {
  const long = (length: number) => character.repeat(Math.floor(length / character.length));
  const [post] = aDigest(1).posts ?? [];
  if (!post) throw new Error('A digest of one post lists it.');
  return aDigest(0, {
    recipient: { name: long(200) },
    partner: { partnerId: 'p'.repeat(128), name: long(200), timeZone: 'Europe/Berlin' },
    solution: {
      ...{ name: long(200), baseUrl: `https://social.acme.example/${'b'.repeat(1900)}` },
      postUrl: `https://social.acme.example/${'p'.repeat(440)}/{partnerId}/{postId}`,
      branding: { footer: long(500) },
    },
    posts: Array.from({ length: MAX_LISTED_POSTS }, (_, n) => ({
      ...{ ...post, postId: `${n}${':'.repeat(120)}` },
      ...{ title: long(490), streamName: long(200), network: 'n'.repeat(32) },
    })),
    more: 15,
    older: 100,
    unsubscribeUrl: UNSUBSCRIBE,
    ...changes,
  });
};

// Thai, what HTML escapes, what quoted-printable escapes, a surrogate pair, right to left, and a grapheme of 11 units.
describe.each(['ก', '&', '=', '"', '😀', 'ש', '👨‍👩‍👧‍👦'])('the largest digest of "%s"', (character) => {
  it.each(['en', 'de'])(
    'in %s is small enough to be shown whole, with its button and its unsubscribe link',
    async (locale) => {
      const { bytes, html, text, parsed } = await sent(huge(character, { locale }));
      expect(bytes).toBeLessThanOrEqual(MAX_MAIL_BYTES);
      for (const said of [html, text]) {
        expect(said).toContain('/v1/unsubscribe/t');
        expect(said).toContain('https://social.acme.example/bbb');
        expect(said).toMatch(/more new posts are not listed here|weitere neue Beiträge sind hier nicht/);
      }
      expect(parsed.text?.trim()).toBe(text.trim());
      expect(parsed.html).toBe(html);
      expect(html).not.toContain('\ufffd');
    },
  );
});

it('forty Thai titles are all listed up to the usual 25, shorter', async () => {
  const titles = Array.from({ length: MAX_LISTED_POSTS }, (_, n) => ({
    ...{ postId: `${n}`, title: `${n} ${'ขอบคุณ'.repeat(81)}`, streamName: 'Spring', network: 'x' },
    publishAt: '2026-03-04T09:30:00.000Z',
  }));
  const { bytes, text } = await sent(aDigest(0, { posts: titles, more: 15, unsubscribeUrl: UNSUBSCRIBE }));
  expect(bytes).toBeLessThanOrEqual(MAX_MAIL_BYTES);
  expect(text.match(/^\* /gm)).toHaveLength(MAX_LISTED_POSTS);
  expect(text).toContain('15 more new posts are not listed here.');
  expect(text).toMatch(/^\* 24 (ขอบคุณ)+.*…$/mu);
});

it('a digest that is small enough has its titles whole', () => {
  const title = 'x'.repeat(490);
  const posts = Array.from({ length: MAX_LISTED_POSTS }, (_, n) => ({
    ...{ postId: `${n}`, title, streamName: 'Spring', network: 'x' },
    publishAt: '2026-03-04T09:30:00.000Z',
  }));
  expect(renderer.render(aDigest(0, { posts })).text.match(new RegExp(`^\\* ${title}$`, 'gm'))).toHaveLength(
    25,
  );
});

it('the mail to the escalation contact is small enough with the longest answers of servers', async () => {
  const person: UnreachedPerson = {
    ...{ name: '&'.repeat(200), isOwner: false, reason: 'rejected' },
    ...{ address: `${'a'.repeat(240)}@x.example`, reply: '550 ก'.repeat(2_000) },
  };
  const people = Array.from({ length: 10 }, () => person);
  const model = aModel('account-expired', { escalation: { kind: 'undelivered', people, more: 4_990 } });
  const { bytes, text } = await sent(model);
  expect(bytes).toBeLessThanOrEqual(MAX_MAIL_BYTES);
  expect(text).toContain('What you can do');
});

it.each([
  ['plain ASCII', 'quoted-printable'],
  ['Ein neuer Beitrag wartet auf Ihre Freigabe. Viele Grüße aus München! ', 'quoted-printable'],
  ['ขอบคุณ', 'base64'],
])('the shorter encoding of %s is %s', (text, encoding) => {
  const long = text.repeat(MAX_MAIL_BYTES / 10);
  expect(shorterEncoding(MAX_MAIL_BYTES, long)).toBe(encoding);
  expect(shorterEncoding(MAX_MAIL_BYTES, text)).toBeUndefined();
});

it.each(['en', 'de'])('an ordinary mail in %s stays readable as it is sent', async (locale) => {
  const { raw } = await sent(aDigest(3, { locale }));
  expect(raw).toMatch(/^Content-Transfer-Encoding: quoted-printable\r$/m);
  expect(raw).not.toContain('base64');
});

it('whether texts fit is exact in the shorter encoding', () => {
  // 57 bytes are a line of 76 characters in base64, and as many and an end of line in quoted-printable.
  expect(fitsInto(78, 'ก'.repeat(19))).toBe(true);
  expect(fitsInto(77, 'ก'.repeat(19))).toBe(false);
  expect(fitsInto(60, 'a'.repeat(57))).toBe(true);
  expect(fitsInto(59, 'a'.repeat(57))).toBe(false);
});
