import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MailboxWatch } from '../../src/application/feedback/mailbox-watch.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { MAX_FEEDBACK_BODY_BYTES, MAX_MAILS_PER_LOOK } from '../../src/domain/bounds.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { imapOptions, verifyMailbox } from '../../src/infrastructure/feedback/mail/imap-mailbox.js';
import { arf, dsn, headersOf } from './reports.js';
import { ScriptedImap } from './scripted-imap.js';
import { heraldWithSentMails, type SentHerald } from './sent.js';

const REAL = process.env.HERALD_TEST_IMAP_URL;

/** An empty mailbox on a server that runs already. */
class RealImap {
  start = async (): Promise<string> => {
    await this.#with(async (client) => {
      await client.messageDelete('1:*').catch(() => undefined);
    });
    return String(REAL);
  };

  append = (mail: string) =>
    this.#with(async (client) => {
      await client.append('INBOX', mail);
    });

  unread = () =>
    this.#with(async (client) => {
      const found = await client.search({ seen: false });
      return found ? found.length : 0;
    });

  stop = async (): Promise<void> => undefined;

  async #with<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = new ImapFlow(imapOptions(String(REAL)).connection);
    await client.connect();
    await client.mailboxOpen('INBOX');
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }
}

const SERVERS = [
  ['a scripted server', () => new ScriptedImap(), true],
  [
    REAL ? 'a real server' : 'a real server (HERALD_TEST_IMAP_URL names none)',
    () => new RealImap(),
    REAL !== undefined,
  ],
] as const;

for (const [name, make, isThere] of SERVERS)
  describe.skipIf(!isThere)(`The mailbox for feedback, on ${name}`, () => {
    const imap = make();
    let herald: SentHerald;
    const look = () => herald.herald.app.get(MailboxWatch).look();
    const returned = async (user: string) => headersOf(herald.outbox, await herald.sentTo(user));
    beforeAll(async () => {
      herald = await heraldWithSentMails(['ada', 'ben', 'cleo'], {
        HERALD_FEEDBACK_MAILBOX: await imap.start(),
      });
    });
    afterAll(async () => {
      await herald.stop();
      await imap.stop();
    });

    it('is read, each mail is marked as read, and reports are recorded', async () => {
      await imap.append(dsn(await returned('ada')));
      await imap.append('Subject: Earn money\r\n\r\nfast');
      await imap.append(
        arf((await returned('ben')).replace(/^X-Herald-Token.*\r\n/m, '').replace(/^Message-ID.*\r\n/m, '')),
      );
      await imap.append('\r\n\r\n');
      await look();
      expect(await imap.unread()).toBe(0);
      await herald.settled();
      expect([await herald.outcomes('ada'), await herald.outcomes('ben')]).toEqual([
        ['bounced'],
        ['accepted'],
      ]);
      const before = await herald.recorded();
      await look();
      expect(await herald.recorded()).toEqual(before);
    });

    it('keeps a mail unread whose report cannot be recorded now, and takes it with the next look', async () => {
      await imap.append(arf(await returned('cleo')));
      const log = herald.herald.app.get(EventStore);
      const away = vi
        .spyOn(log, 'append')
        .mockRejectedValue(new HeraldError('event-store-unavailable', 'away'));
      await look();
      expect(await imap.unread()).toBe(1);
      away.mockRestore();
      await look();
      expect(await imap.unread()).toBe(0);
      await herald.settled();
      expect(await herald.outcomes('cleo')).toEqual(['complained']);
    });

    it('takes no mail that is too large, and marks it as read', async () => {
      await imap.append(`Subject: large\r\n\r\n${'x'.repeat(MAX_FEEDBACK_BODY_BYTES)}`);
      await look();
      expect(await imap.unread()).toBe(0);
    });
  });

describe('The mailbox for feedback', () => {
  const imap = new ScriptedImap();
  let herald: SentHerald;
  const look = () => herald.herald.app.get(MailboxWatch).look();
  const health = async () => {
    const { body } = await herald.get<{ parts: readonly { part: string; status: string; says?: string }[] }>(
      '/health',
    );
    return body.parts.find(({ part }) => part === 'feedback-mailbox');
  };
  beforeAll(async () => {
    herald = await heraldWithSentMails(['ada', 'ben'], { HERALD_FEEDBACK_MAILBOX: await imap.start() });
  });
  afterAll(async () => {
    await herald.stop();
    await imap.stop();
  });

  it('loses nothing where the connection breaks', async () => {
    await imap.append(dsn(await headersOf(herald.outbox, await herald.sentTo('ada'))));
    for (const step of ['LOGIN', 'SELECT', 'UID SEARCH', 'UID FETCH', 'UID STORE']) {
      imap.dropsAt = step;
      await look();
      expect([step, await imap.unread()]).toEqual([step, 1]);
      expect(await health()).toMatchObject({
        status: 'degraded',
        says: expect.not.stringContaining('secret'),
      });
    }
    imap.dropsAt = undefined;
    await look();
    expect([await imap.unread(), await health()]).toEqual([0, { part: 'feedback-mailbox', status: 'ok' }]);
    expect(await herald.recorded()).toEqual(['AddressUndeliverable ada@linden.example', 'Bounced hard']);
  });

  it.each([
    ['UID STORE', 'cannot be marked as read'],
    ['UID SEARCH', 'does not list its unread mails'],
  ])('that answers %s with NO is not taken for an empty one: health says so', async (command, says) => {
    await imap.append(arf(await headersOf(herald.outbox, await herald.sentTo('ben'))));
    imap.refuses = command;
    await look();
    expect(await health()).toMatchObject({ status: 'degraded', says: expect.stringContaining(says) });
    imap.refuses = undefined;
    await look();
    expect([await imap.unread(), await health()]).toEqual([0, { part: 'feedback-mailbox', status: 'ok' }]);
  });

  it('is never written to beside the mark, and nothing is deleted', () => {
    expect(imap.commands.filter((one) => /DELETE|EXPUNGE|MOVE|COPY|APPEND|CLOSE/i.test(one))).toEqual([]);
  });

  it('brings so many mails with one look, and the others with the next', async () => {
    for (let n = 0; n <= MAX_MAILS_PER_LOOK; n += 1) await imap.append(`Subject: ${n}\r\n\r\nhello`);
    await look();
    expect(await imap.unread()).toBe(1);
    await look();
    expect(await imap.unread()).toBe(0);
  });
});

describe('HERALD_FEEDBACK_MAILBOX', () => {
  it('requires TLS, unless it says otherwise', () => {
    expect(imapOptions('imaps://u%40x:p%2Fw@mail.example/Bounces%20in').connection).toMatchObject({
      ...{ host: 'mail.example', port: 993, secure: true, auth: { user: 'u@x', pass: 'p/w' } },
    });
    expect(imapOptions('imaps://u:p@mail.example/Bounces%20in').folder).toBe('Bounces in');
    expect(imapOptions('imap://u:p@mail.example').connection).toMatchObject({
      port: 143,
      secure: false,
      doSTARTTLS: true,
    });
    expect(imapOptions('imap://u:p@[::1]:14?tls=optional').connection).toMatchObject({
      host: '::1',
      port: 14,
    });
    expect(imapOptions('imap://u:p@mail.example?tls=optional').connection.doSTARTTLS).toBeUndefined();
  });

  it.each([
    ...[
      '',
      'mail.example',
      'pop3://u:secret@mail.example',
      'imap://mail.example',
      'imap://u@mail.example',
      'imap://:secret@h',
    ],
    ...['imap://u:secret@h?tls=no', 'imap://u:secret@h?x=1', 'imap://u:%zz@h', 'imap://u:secret@'],
  ])('is refused without showing its password: %s', (url) => {
    expect(() => imapOptions(url)).toThrow(
      expect.objectContaining({
        code: 'invalid-configuration',
        message: expect.not.stringContaining('secret@'),
      }),
    );
  });

  it('with a wrong password: health says what the server said, and not only that a command failed', async () => {
    const imap = new ScriptedImap();
    const url = (await imap.start()).replace('secret', 'wrong');
    const herald = await heraldWithSentMails([], { HERALD_FEEDBACK_MAILBOX: url });
    await herald.herald.app.get(MailboxWatch).look();
    expect((await herald.get('/health')).text).toContain('does not accept the user or the password: no');
    await expect(verifyMailbox(imapOptions(url))).rejects.toThrow('does not accept the user or the password');
    await herald.stop();
    await imap.stop();
  });

  it('without STARTTLS sends no password', async () => {
    const imap = new ScriptedImap();
    const url = (await imap.start()).replace('?tls=optional', '');
    const herald = await heraldWithSentMails([], { HERALD_FEEDBACK_MAILBOX: url });
    await herald.herald.app.get(MailboxWatch).look();
    expect(imap.commands.filter((one) => /LOGIN|AUTHENTICATE/i.test(one))).toEqual([]);
    await herald.stop();
    await imap.stop();
  });
});
