import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import { type Entry, playedHerald, wholeHistory } from './eight-weeks.js';
import type { TestHerald } from './herald.js';

let herald: TestHerald;
let all: readonly Entry[];
let details: ReadonlyMap<string, NotificationDetails>;
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
  const answers = await Promise.all(
    all.map(({ notificationId }) => herald.get<NotificationDetails>(`/v1/notifications/${notificationId}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(all.map(() => 200));
  details = new Map(answers.map(({ body }) => [body.notificationId, body]));
});
afterAll(() => herald.stop());

const raised = () => all.filter(({ decision }) => decision === 'raised');
const withheld = () => all.filter(({ decision }) => decision === 'withheld');
const of = ({ notificationId }: Entry) => details.get(notificationId) as NotificationDetails;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An event with the token in its Message-ID masked, as it is shown. */
const withoutToken = (event: unknown): unknown =>
  JSON.parse(JSON.stringify(event).replace(/\.[0-9a-f]{32}@/g, `.${'*'.repeat(32)}@`));

describe('a notification', () => {
  it('is shown as in the history', () => {
    for (const entry of all)
      expect(of(entry)).toMatchObject({
        ...{ decision: entry.decision, decidedAt: entry.decidedAt },
        details: {
          ...{ rule: entry.rule, partnerId: entry.partnerId, solutionId: entry.solutionId, test: true },
          ...{ escalation: entry.escalation, lateBy: entry.lateByMs },
          recipient: { userId: entry.recipientId, email: entry.recipientEmail },
          slot: { at: entry.slotAt, date: entry.slotDate, zone: entry.slotZone },
        },
      });
  });

  it('is answered under its id in capitals, too', async () => {
    const id = (all[0] as Entry).notificationId;
    expect((await herald.get(`/v1/notifications/${id.toUpperCase()}`)).body).toEqual(of(all[0] as Entry));
  });

  it('that was raised: its trail is the decision, the attempt, the outcome', () => {
    for (const entry of raised())
      expect(of(entry).trail.map(({ type, actor }) => `${type} by ${actor}`)).toEqual([
        ...['NotificationRaised by clock', 'SendStarted by delivery', 'Accepted by delivery'],
      ]);
  });

  it('that was withheld: its trail is the decision, and there is no mail', () => {
    for (const entry of withheld()) {
      expect(of(entry).trail.map(({ type }) => type)).toEqual(['NotificationWithheld']);
      expect(of(entry).details.reason).toBe(entry.reason);
      expect(of(entry)).not.toHaveProperty('mail');
    }
  });

  it('has a trail that is in the log, event by event, in its order', async () => {
    const log = new Map((await herald.events()).map((event) => [event.id, event]));
    for (const [notificationId, { trail }] of details) {
      for (const { eventId, type, position, data } of trail)
        expect(withoutToken(log.get(eventId))).toMatchObject({
          ...{ type, position, data },
          stream: `notification-${notificationId}`,
        });
      const positions = trail.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted());
    }
  });
});

describe('the mail of a notification', () => {
  it('is frozen with the hash of its content', () => {
    const hashes = raised().map((entry) => {
      const { mail, details: decision } = of(entry);
      const hash = sha256(JSON.stringify([mail?.subjectLine, mail?.html, mail?.text]));
      expect({ frozen: mail?.contentHash, raised: decision.contentHash }).toEqual({
        ...{ frozen: hash, raised: hash },
      });
      expect(mail?.subjectLine).toBe(entry.subjectLine);
      return hash;
    });
    expect(new Set(hashes).size).toBeGreaterThan(50);
  });

  it('is a page that can do nothing', async () => {
    for (const entry of raised()) {
      const page = await herald.get(`/v1/notifications/${entry.notificationId}/mail`);
      expect(page).toMatchObject({ status: 200, type: 'text/html', text: of(entry).mail?.html });
      const policy = page.headers.get('content-security-policy')?.split(/;\s*/);
      expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']));
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('is not there where it was withheld', async () => {
    for (const { notificationId } of withheld())
      expect(await herald.get(`/v1/notifications/${notificationId}/mail`)).toMatchObject({
        ...{ status: 404, type: 'application/problem+json', body: { code: 'not-found' } },
      });
  });
});

describe('the outbox', () => {
  let mails: ReadonlyMap<string, ParsedMail>;
  beforeAll(async () => {
    const files = await readdir(herald.outbox);
    const parsed = await Promise.all(
      files.map(async (file) => simpleParser(await readFile(join(herald.outbox, file)))),
    );
    mails = new Map(parsed.map((mail) => [String(mail.headers.get('x-herald-notification')), mail]));
    expect(mails.size).toBe(files.length);
  });

  it('holds every mail that was raised, once, and no other', () => {
    expect([...mails.keys()].sort()).toEqual(
      raised()
        .map(({ notificationId }) => notificationId)
        .sort(),
    );
  });

  it('holds them as they were frozen, for whom they were raised', () => {
    for (const entry of raised()) {
      const mail = mails.get(entry.notificationId);
      expect(mail?.subject).toBe(entry.subjectLine);
      expect(mail?.text?.trim()).toBe(of(entry).mail?.text.trim());
      expect([mail?.to].flat().map((to) => to?.value[0]?.address)).toEqual([entry.recipientEmail]);
      expect(mail?.date?.toISOString()).toBe(entry.decidedAt);
    }
  });

  it('holds no mail that does not say that it is a test', () => {
    expect(mails.size).toBeGreaterThan(0);
    for (const { subject, text, html } of mails.values()) {
      expect(subject).toMatch(/^\[Test\] /);
      expect(text).toMatch(/Test message: Herald is running on a test clock|Testnachricht: Herald läuft/);
      expect(html).toMatch(/Test message: Herald is running on a test clock|Testnachricht: Herald läuft/);
    }
  });
});
