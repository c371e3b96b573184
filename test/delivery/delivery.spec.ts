import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import { Clock } from '../../src/application/ports/clock.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { Notification } from '../../src/domain/notification/notification.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { startFaultySmtp } from '../mail/faulty-smtp.js';

const NOW = '2026-03-02T09:00:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Item {
  readonly notificationId: string;
  readonly outcome: string;
  readonly detail?: string;
  readonly attempts: number;
}

/** One notification: Ada pressed Send Now and there is nothing new. */
const sendNow = async (herald: TestHerald, id = 'now'): Promise<void> => {
  await herald.publishAll(SMALL_WORLD);
  await herald.publish(anEvent(id, 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
  await herald.moveTo(NOW);
};

const only = async (herald: TestHerald): Promise<Item> => {
  const { body } = await herald.get<{ items: Item[] }>('/v1/notifications');
  expect(body.items).toHaveLength(1);
  return body.items[0] as Item;
};

const types = async (herald: TestHerald, notificationId: string): Promise<string[]> => {
  const { body } = await herald.get<{ trail: { type: string }[] }>(`/v1/notifications/${notificationId}`);
  return body.trail.map(({ type }) => type);
};

describe('Delivery over SMTP', () => {
  let smtp: SMTPServer;
  let reply: (Error & { responseCode?: number }) | undefined;
  let connections = 0;
  let mails: string[] = [];
  let herald: TestHerald;
  let onConnect: () => Promise<void> = async () => undefined;
  let onRcpt: () => Promise<void> = async () => undefined;
  let onBody: () => Promise<void> = async () => undefined;

  const refuse = (responseCode: number, text: string): void => {
    reply = Object.assign(new Error(text), { responseCode });
  };

  beforeEach(async () => {
    reply = undefined;
    connections = 0;
    mails = [];
    onConnect = async () => undefined;
    onRcpt = async () => undefined;
    onBody = async () => undefined;
    smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onConnect: (_session, done) => {
        connections += 1;
        onConnect().then(() => done(), done);
      },
      onRcptTo: (_address, _session, done) => {
        onRcpt().then(() => done(), done);
      },
      onData: (stream, _session, done) => {
        const parts: Buffer[] = [];
        stream
          .on('data', (part: Buffer) => parts.push(part))
          .on('end', () => {
            if (!reply) mails.push(Buffer.concat(parts).toString());
            onBody().then(() => done(reply), done);
          });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${port}` });
  });
  it('ends with the mails that are being sent, and begins no other', async () => {
    await herald.stop();
    const { port } = smtp.server.address() as AddressInfo;
    herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${port}?lanes=1` });
    let goOn = (): void => undefined;
    const connected = new Promise<void>((begun) => {
      onConnect = () =>
        new Promise((resolve) => {
          goOn = resolve;
          begun();
        });
    });
    await herald.publishAll(SMALL_WORLD);
    for (let n = 0; n < 6; n += 1) {
      const person = { userId: `user-${n}`, partnerId: 'nordlicht' };
      const fields = { name: `User ${n}`, email: `user-${n}@nordlicht.example`, role: 'member' };
      await herald.publish(anEvent(`user-${n}`, 'partner-user.added', { ...person, ...fields }));
      await herald.publish(anEvent(`now-${n}`, 'digest.requested', person));
    }
    const moving = herald.moveTo(plus(NOW, HOUR)).catch(() => undefined);
    await connected;
    const file = herald.herald.config.HERALD_EVENT_STORE.slice('sqlite:'.length);
    const log = new SqliteEventStore({ file });
    const stopping = herald.herald.stop();
    goOn();
    await stopping;
    await moving;
    expect(herald.herald.app.get(Clock).now()).toBe(NOW);
    const counts: Record<string, number> = {};
    for await (const batch of log.readAll())
      for (const { type } of batch) counts[type] = (counts[type] ?? 0) + 1;
    await log.close();
    const { NotificationRaised, SendStarted, Accepted, Deferred, OutcomeUnknown } = counts;
    expect({ NotificationRaised, SendStarted, Accepted, Deferred, OutcomeUnknown }).toEqual({
      ...{ NotificationRaised: 6, SendStarted: 1, Accepted: 1 },
      ...{ Deferred: undefined, OutcomeUnknown: undefined },
    });
    expect(mails).toHaveLength(1);
  });

  afterEach(async () => {
    await herald.stop();
    await new Promise<void>((resolve) => smtp.close(resolve));
  });

  it('that the server takes is Accepted, with the reply of the server and headers that prove it', async () => {
    await sendNow(herald);
    const { notificationId, outcome, detail } = await only(herald);
    expect({ outcome, detail }).toEqual({ outcome: 'accepted', detail: expect.stringContaining('250') });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain(`X-Herald-Notification: ${notificationId}`);
    expect(mails[0]).toContain('Auto-Submitted: auto-generated');
  });

  it('has SendStarted in the log after the 354 of the server, and before a byte of the mail', async () => {
    let before: string[] | undefined;
    let amid: string[] | undefined;
    onRcpt = async () => {
      before ??= (await herald.events()).map(({ type }) => type);
    };
    onBody = async () => {
      amid ??= (await herald.events()).map(({ type }) => type);
    };
    await sendNow(herald);
    expect(before).not.toContain('SendStarted');
    expect(amid).toContain('SendStarted');
    expect(amid).not.toContain('Accepted');
  });

  it('that is deferred is tried again, at least 5 minutes later and until the server takes it', async () => {
    refuse(451, 'greylisted, come again');
    await sendNow(herald);
    expect(await only(herald)).toMatchObject({ outcome: 'deferred', attempts: 1 });
    await herald.moveTo(plus(NOW, 5 * MINUTE - 1));
    expect(connections).toBe(1);
    reply = undefined;
    await herald.moveTo(plus(NOW, 20 * MINUTE));
    expect(await only(herald)).toMatchObject({ outcome: 'accepted', attempts: 2 });
  });

  it('that is deferred every time is GivenUp after five days, with all attempts on record', async () => {
    refuse(451, 'not today');
    await sendNow(herald);
    await herald.moveTo(plus(NOW, 120 * HOUR - 1));
    expect(await only(herald)).toMatchObject({ outcome: 'deferred' });
    await herald.moveTo(plus(NOW, 120 * HOUR));
    const { notificationId, ...item } = await only(herald);
    expect(item).toMatchObject({ outcome: 'given-up', detail: expect.stringContaining('not today') });
    const trail = await types(herald, notificationId);
    const starts = trail.filter((type) => type === 'SendStarted').length;
    expect(starts).toBeGreaterThanOrEqual(20);
    expect(trail.filter((type) => type === 'Deferred')).toHaveLength(starts - 1);
    await herald.moveTo(plus(NOW, 240 * HOUR));
    const after = (await types(herald, notificationId)).slice(trail.length);
    expect(after.filter((type) => type === 'SendStarted')).toEqual([]);
    expect(trail).toContain('GivenUp');
  });

  it('that the server refuses for good is Rejected, and not tried again', async () => {
    refuse(550, 'no such mailbox');
    await sendNow(herald);
    await herald.moveTo(plus(NOW, 48 * HOUR));
    expect(await only(herald)).toMatchObject({ outcome: 'rejected', attempts: 1 });
  });

  it('whose sender was lost is OutcomeUnknown after its lease, not before, and without a connection', async () => {
    const aggregates = herald.herald.app.get(Aggregates);
    const lost = '00000000-0000-4000-8000-000000000001';
    const data = {
      notificationId: lost,
      ...{ rule: 'account-expired', ruleVersion: 1, partnerId: 'p', solutionId: 's' },
      recipient: { userId: 'u', name: 'U', locale: 'en', address: { channel: 'email', value: '' } },
      slot: { key: '2026-03-02', date: '2026-03-02', at: NOW, zone: 'UTC' },
      subject: { kind: 'socialAccount', id: 'a' },
      ...{ escalation: false, lateBy: 0, test: true, causes: [], conditions: [] },
    };
    const content = { parts: { subject: 's', html: 'h', text: 't' }, contentHash: 'c', subjectLine: 's' };
    await aggregates.execute(Notification, lost, [
      {
        command: { type: 'Raise', data, content, at: NOW } as never,
        context: { actor: 'test', commandId: 'raise' },
      },
      {
        command: {
          type: 'StartSend',
          data: { notificationId: lost },
          leaseUntil: plus(NOW, 15 * MINUTE),
          at: NOW,
        },
        context: { actor: 'test', commandId: 'start' },
      },
    ]);
    await herald.moveTo(plus(NOW, 15 * MINUTE - 1));
    expect(await types(herald, lost)).toEqual(['NotificationRaised', 'SendStarted']);
    await herald.moveTo(plus(NOW, 72 * HOUR));
    expect(await types(herald, lost)).toEqual(['NotificationRaised', 'SendStarted', 'OutcomeUnknown']);
    expect(connections).toBe(0);
  });
});

describe('A mail server that drops the connection after the final dot', () => {
  it('leaves the outcome unknown, and the mail is never sent again', async () => {
    const smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'drop' : undefined));
    const herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
    await sendNow(herald);
    expect(await only(herald)).toMatchObject({ outcome: 'outcome-unknown', attempts: 1 });
    await herald.moveTo(plus(NOW, 72 * HOUR));
    expect(await only(herald)).toMatchObject({ outcome: 'outcome-unknown', attempts: 1 });
    await herald.stop();
    await smtp.close();
  });
});
