import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Verification } from '../../src/application/audit/verify/verify-notification.js';
import { EventStore, type StoredEvent } from '../../src/application/ports/event-store.js';
import { type Entry, playedHerald, wholeHistory } from './eight-weeks.js';
import type { ProblemBody, TestHerald } from './herald.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
}, 180_000);
afterAll(() => herald.stop());
afterEach(() => vi.restoreAllMocks());

const verify = async (id: string): Promise<Verification> => {
  const { status, body } = await herald.get<Verification>(`/v1/notifications/${id}/verify`);
  expect({ id, status }).toEqual({ id, status: 200 });
  return body;
};

const differing = ({ checks }: Verification) => checks.filter(({ ok }) => !ok).map(({ name }) => name);

/** Has the log answer with another history than it holds. */
const withLog = (change: (event: StoredEvent) => StoredEvent): void => {
  const log = herald.herald.app.get(EventStore);
  const readStream = log.readStream.bind(log);
  vi.spyOn(log, 'readStream').mockImplementation(async function* (...asked) {
    for await (const event of readStream(...asked)) yield change(event);
  });
};

const raised = (): Entry => {
  const entry = all.find(
    ({ rule, decision }) => rule === 'settings-update-required' && decision === 'raised',
  );
  if (!entry) throw new Error('There is no reminder.');
  return entry;
};

describe('GET /v1/notifications/{id}/verify', () => {
  it('verifies every decision of eight weeks, and of the raised ones the mail', async () => {
    expect(all.length).toBeGreaterThan(90);
    const rules = new Set<string>();
    for (const { notificationId, decision, rule } of all) {
      const answer = await verify(notificationId);
      expect({ rule, decision, differing: differing(answer), answer }).toMatchObject({ differing: [] });
      expect(answer.verified).toBe(true);
      expect(answer.checks.map(({ name }) => name)).toEqual([
        ...['due', 'rule-version', 'slot', 'recipient', 'decision', 'reason', 'conditions'],
        ...(decision === 'raised' ? ['template', 'content-hash', 'content'] : []),
      ]);
      rules.add(`${rule} ${decision}`);
    }
    expect(rules.size).toBeGreaterThan(4);
  }, 120_000);

  it('shows what is on record and what comes out today', async () => {
    const { notificationId, recipientId, recipientAddress, slotAt, slotZone } = raised();
    const { checks } = await verify(notificationId);
    const found = Object.fromEntries(
      checks.map(({ name, recorded, recomputed }) => [name, { recorded, recomputed }]),
    );
    expect(found.slot?.recorded).toMatchObject({ at: slotAt, zone: slotZone });
    expect(found.recipient?.recomputed).toMatchObject({ userId: recipientId, address: recipientAddress });
    expect(found.decision).toEqual({ recorded: 'raised', recomputed: 'raised' });
    expect(found.reason).toEqual({ recorded: null, recomputed: null });
    expect(found.content?.recomputed).toEqual(['subject', 'html', 'text']);
    expect(found['content-hash']?.recomputed).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not verify a decision that was changed', async () => {
    const { notificationId } = raised();
    withLog((event) =>
      event.type === 'NotificationRaised'
        ? { ...event, data: { ...event.data, contentHash: 'f'.repeat(64), ruleVersion: 99 } }
        : event,
    );
    const answer = await verify(notificationId);
    expect(answer.verified).toBe(false);
    expect(differing(answer)).toEqual(['rule-version', 'content-hash']);
  });

  it('does not verify a mail whose frozen text was changed', async () => {
    const { notificationId } = raised();
    withLog((event) => {
      const parts = event.data.parts as Record<string, string> | undefined;
      return event.type === 'ContentFrozen'
        ? { ...event, data: { ...event.data, parts: { ...parts, text: 'Another text.' } } }
        : event;
    });
    const answer = await verify(notificationId);
    expect(differing(answer)).toEqual(['content']);
    expect(answer.checks.at(-1)).toMatchObject({ recomputed: ['subject', 'html'] });
  });

  it('does not verify a decision whose history was changed', async () => {
    const { notificationId, accountId } = raised();
    withLog((event) =>
      event.stream === `socialAccount-${accountId}` && event.data.authorisationExpiresAt !== undefined
        ? { ...event, data: { ...event.data, authorisationExpiresAt: '2027-01-01T00:00:00.000Z' } }
        : event,
    );
    const answer = await verify(notificationId);
    expect(answer.verified).toBe(false);
    expect(differing(answer)).toEqual(expect.arrayContaining(['due', 'decision', 'content-hash', 'content']));
  });

  it('answers 404 for what does not exist', async () => {
    const path = '/v1/notifications/6fa459ea-ee8a-5ca4-894e-db77e160355e/verify';
    expect(await herald.get<ProblemBody>(path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});
