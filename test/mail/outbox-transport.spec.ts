import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mail } from '../../src/infrastructure/mail/mail.js';
import { OutboxTransport } from '../../src/infrastructure/mail/outbox/outbox-transport.js';
import { aMail, MAY_START } from './mails.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-outbox-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The mail as it lies in the folder, raw and parsed. */
const written = async (changes: Partial<Mail>): Promise<{ raw: string; mail: ParsedMail }> => {
  const result = await new OutboxTransport(folder).send(aMail(changes), MAY_START);
  if (result.outcome !== 'accepted') throw new Error(result.reason);
  const raw = await readFile(result.reply, 'utf8');
  return { raw, mail: await simpleParser(raw) };
};

it('keeps each mail as one .eml file and answers with its path', async () => {
  const outbox = new OutboxTransport(join(folder, 'made', 'on demand'));
  const name = '2026-03-02T08-00-00.000Z-account-expired-0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d.eml';
  expect(await outbox.send(aMail(), MAY_START)).toEqual({
    outcome: 'accepted',
    reply: join(folder, 'made', 'on demand', name),
    messageId: '<0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d@acme.example>',
  });
  expect(await readdir(join(folder, 'made', 'on demand'))).toEqual([name]);
});

it('an id cannot lead out of the folder', async () => {
  await written({ notificationId: '../../evil' });
  expect(await readdir(folder)).toEqual(['2026-03-02T08-00-00.000Z-account-expired-..-..-evil.eml']);
});

it('keeps nothing half when the folder cannot be written, and says so', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect(await new OutboxTransport(file).send(aMail(), MAY_START)).toMatchObject({
    ...{ outcome: 'not-tried', about: 'relay' },
    reason: expect.stringMatching(/^The outbox cannot be written: /),
  });
});

it('rejects what is no address', async () => {
  const result = await new OutboxTransport(folder).send(
    aMail({ to: { name: 'Ana', address: 'ana' } }),
    MAY_START,
  );
  expect(result).toMatchObject({ outcome: 'rejected' });
  expect(await readdir(folder)).toEqual([]);
});

it('needs a folder', () => {
  expect(() => new OutboxTransport(' ')).toThrow(expect.objectContaining({ code: 'mail-configuration' }));
});

it('line breaks in names and subject add no header', async () => {
  const { raw, mail } = await written({
    subject: 'Hello\r\nX-Evil: 1',
    locale: 'en\r\nX-Evil: 1',
    to: { name: 'Ana\r\nBcc: eve@evil.example', address: 'ana@partner.example' },
    from: { name: 'Acme\nX-Evil: 1', address: 'no-reply@acme.example' },
    list: { solutionId: 'acme\r\nX-Evil: 1', unsubscribeUrl: 'https://herald.example/u?a=\r\nX-Evil: 1' },
  });
  expect(raw).not.toMatch(/^(X-Evil|Bcc):/m);
  expect(mail.bcc).toBeUndefined();
  expect(mail.subject).toBe('Hello X-Evil: 1');
});

it('offers one-click only over HTTPS, and no list headers without a list', async () => {
  const plain = await written({ list: { solutionId: 'acme', unsubscribeUrl: 'http://localhost:3000/u/1' } });
  expect(plain.raw).toContain('http://localhost:3000/u/1');
  expect(plain.raw).not.toContain('List-Unsubscribe-Post');
  expect((await written({})).raw).not.toMatch(/^List-/im);
});

it('a long unsubscribe address stays whole', async () => {
  const url = `https://herald.example/unsubscribe/${'t'.repeat(900)}`;
  const { raw } = await written({ list: { solutionId: 'acme', unsubscribeUrl: url } });
  expect(raw).toContain(`<${url}>`);
});

it('neither text nor HTML can pull in a file', async () => {
  const { raw } = await written({ html: '<img src="file:///etc/passwd">', text: '{"path":"/etc/passwd"}' });
  expect(raw).not.toContain('root:');
});
