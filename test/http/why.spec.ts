import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhyNot } from '../../src/application/audit/why/ask-why-not.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { story } from '../samples.js';
import { type Entry, playedHerald, wholeHistory } from './eight-weeks.js';
import type { ProblemBody, TestHerald } from './herald.js';

let herald: TestHerald;
let all: readonly Entry[];
let whys: readonly (readonly [Entry, Why])[];
let log: ReadonlyMap<string, StoredEvent>;
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
  log = new Map((await herald.events()).map((event) => [event.id, event]));
  whys = await Promise.all(
    all.map(async (entry) => {
      const { status, body } = await herald.get<Why>(`/v1/notifications/${entry.notificationId}/why`);
      expect(status).toBe(200);
      return [entry, body] as const;
    }),
  );
});
afterAll(() => herald.stop());

const SEND_NOW = '2026-01-15T11:00:00.000Z';

describe('why', () => {
  it('is the same when the rule runs again, for every decision', () => {
    expect(whys.length).toBeGreaterThan(90);
    for (const [entry, { recomputed, sentence, conditions }] of whys) {
      expect(recomputed.agrees, sentence).toBe(true);
      const names = conditions.map(({ name }) => name);
      expect(names, entry.notificationId).toEqual(
        expect.arrayContaining(recomputed.conditions.map(({ name }) => name)),
      );
    }
  });

  it('is a sentence that names the person, and for whom it was withheld the reason', () => {
    for (const [{ recipientName, reason, slotZone }, { sentence }] of whys) {
      const isNobody = recipientName === 'Nobody';
      expect(sentence).toContain(isNobody ? 'nobody' : recipientName);
      expect(sentence).toContain(slotZone);
      expect(sentence).toContain(reason && !isNobody ? 'was not notified' : 'was notified');
      if (reason) expect(sentence).toContain(`(${reason})`);
      expect(sentence).toMatch(/, because .{10,}\.$/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('has conditions that all hold where somebody was notified, and one that fails where nobody was', () => {
    for (const [{ decision, escalation }, { conditions, sentence }] of whys) {
      const against = conditions.filter(({ holds }) => !holds);
      if (decision === 'raised' && !escalation) expect(against, sentence).toEqual([]);
      else expect(against.length, sentence).toBeGreaterThan(0);
    }
  });

  it('has causes that the platform published, and that came before', () => {
    const told = new Set(story.map(({ source, id }) => `${source} ${id}`));
    for (const [entry, { causes, sentence }] of whys) {
      expect(causes.length, sentence).toBeGreaterThan(0);
      const decision = [...log.values()].find(
        ({ stream }) => stream === `notification-${entry.notificationId}`,
      );
      for (const cause of causes) {
        const { stream, position, type, metadata, data } = log.get(cause.eventId) as StoredEvent;
        expect(cause).toMatchObject({ stream, position, type, data });
        expect(cause).toMatchObject({ source: metadata.source, sourceId: metadata.sourceId });
        expect(told).toContain(`${cause.source} ${cause.sourceId}`);
        expect(cause.position < (decision?.position ?? ''), sentence).toBe(true);
      }
    }
  });

  it('names what a digest lists', () => {
    const sendNow = whys.find(
      ([{ decidedAt, recipientId }]) => recipientId === 'greta' && decidedAt === SEND_NOW,
    );
    expect(sendNow?.[1].causes.map(({ type, data }) => [type, data.postId])).toEqual([
      ['DigestRequested', undefined],
      ['PostAwaitingApproval', 'post-103'],
      ['PostAwaitingApproval', 'post-104'],
    ]);
  });
});

const whyNot = async <T = WhyNot>(query: Readonly<Record<string, string>>) =>
  herald.get<T>(`/v1/why-not?${new URLSearchParams(query)}`);

/** The one answer about one account or queue. */
const answerTo = async (query: Readonly<Record<string, string>>) => {
  const { status, body } = await whyNot(query);
  expect({ status, answers: body.answers?.length }).toEqual({ status: 200, answers: 1 });
  return body.answers[0] as WhyNot['answers'][number];
};

const againstIn = ({ conditions }: { conditions: Why['conditions'] }) =>
  conditions.filter(({ holds }) => !holds).map(({ name }) => name);

describe('why not', () => {
  const jonas = {
    ...{ person: 'jonas', rule: 'settings-update-required', account: 'fb-haus-linden' },
    at: '2026-01-12T10:00:00Z',
  };

  it('Jonas, who opted out', async () => {
    const answer = await answerTo(jonas);
    expect(answer).toMatchObject({ due: false, subject: { kind: 'socialAccount', id: 'fb-haus-linden' } });
    expect(againstIn(answer)).toContain('has-not-opted-out');
    expect(answer.sentence).toContain('opted out of Social Accounts Expiration');
    expect(answer.last).toMatchObject({
      ...{ decision: 'withheld', reason: 'opted-out', decidedAt: '2026-01-12T08:00:00.000Z' },
    });
  });

  it('before the decision there was none, and after the next it is the next', async () => {
    const before = await answerTo({ ...jonas, at: '2026-01-12T07:59:59.999Z' });
    expect(before).toMatchObject({ slot: { at: '2026-01-12T08:00:00.000Z' } });
    expect(before.last).toBeUndefined();
    const after = await answerTo({ ...jonas, at: '2026-01-19T08:00:00Z' });
    expect(after.last).toMatchObject({ decidedAt: '2026-01-19T08:00:00.000Z' });
  });

  it('is answered for the address as for the user id, and for all accounts of the partner', async () => {
    const { account: _, ...anyAccount } = jonas;
    const byId = (await whyNot(anyAccount)).body;
    const byEmail = (await whyNot({ ...anyAccount, person: 'jonas.weber@haus-linden.example' })).body;
    expect(byEmail).toEqual(byId);
    expect(byId.answers.map(({ subject }) => subject.id).sort()).toEqual([
      ...['fb-haus-linden', 'li-haus-linden', 'li-mira'],
    ]);
  });

  it('Kenji, who wants no digests', async () => {
    const at = '2026-01-12T10:00:00Z';
    const answer = await answerTo({ person: 'kenji', rule: 'content-needs-approval', at });
    expect(answer).toMatchObject({ due: false, subject: { kind: 'approvalQueue', id: 'sakura-spa' } });
    expect(againstIn(answer)).toContain('wants-digests');
    expect(answer.sentence).toContain('chosen under Settings > Notifications');
    expect(answer.last).toBeUndefined();
  });

  it('Felix, from the moment on that he is inactive', async () => {
    const digests = { person: 'felix', rule: 'content-needs-approval' };
    const before = await answerTo({ ...digests, at: '2026-01-21T07:59:59.999Z' });
    expect(againstIn(before)).not.toContain('person-is-active');
    const after = await answerTo({ ...digests, at: '2026-01-21T08:00:00Z' });
    expect(againstIn(after)).toContain('person-is-active');
    expect(after.sentence).toContain('Felix Brandt is not active');
    expect(after.last).toMatchObject({ decision: 'raised', decidedAt: '2026-01-12T08:00:00.000Z' });
  });

  it('Theo, before he chose', async () => {
    const digests = { person: 'theo', rule: 'content-needs-approval' };
    const before = await answerTo({ ...digests, at: '2026-02-11T15:44:59Z' });
    expect(againstIn(before)).toContain('wants-digests');
    const after = await answerTo({ ...digests, at: '2026-02-11T15:45:00Z' });
    expect(againstIn(after)).not.toContain('wants-digests');
    expect(after.slot).toMatchObject({ at: '2026-02-16T14:00:00.000Z' });
  });

  it('a renewed account', async () => {
    const olivia = { person: 'olivia', rule: 'account-expired', account: 'ig-hudson-glow' };
    const before = await answerTo({ ...olivia, at: '2026-02-18T16:19:59Z' });
    expect(againstIn(before)).not.toContain('authorisation-has-ended');
    const after = await answerTo({ ...olivia, at: '2026-02-25T15:00:00Z' });
    expect(againstIn(after)).toContain('authorisation-has-ended');
    expect(after.sentence).toContain('stands until 2026-05-19T16:20:00.000Z');
    const greta = { person: 'greta', rule: 'settings-update-required', account: 'fb-haus-linden' };
    const reminder = await answerTo({ ...greta, at: '2026-01-26T10:00:00Z' });
    expect(againstIn(reminder)).toContain('expires-in-less-than-20-days');
  });

  it('somebody who does not answer for the account', async () => {
    const answer = await answerTo({ person: 'greta', rule: 'settings-update-required', account: 'li-mira' });
    expect(againstIn(answer)).toContain('owns-the-account');
    expect(answer.sentence).toContain('the account is personal and belongs to mira');
  });

  it('without a moment it is now', async () => {
    const { body } = await whyNot({ person: 'greta', rule: 'no-social-media-content' });
    expect(body.at).toBe('2026-03-02T18:00:00.000Z');
  });

  it('of somebody whom Herald does not know is not found', async () => {
    const queries: readonly Readonly<Record<string, string>>[] = [
      ...[{ person: 'nobody-knows' }, { person: 'x@y.example' }],
      { person: 'greta', partner: 'sakura-spa' },
    ];
    for (const query of queries)
      expect(await whyNot<ProblemBody>({ ...query, rule: 'account-expired' })).toMatchObject({
        ...{ status: 404, body: { code: 'not-found' } },
      });
  });

  it('cannot be answered for a future moment', async () => {
    const query = { person: 'greta', rule: 'account-expired', at: '2026-03-02T18:00:00.001Z' };
    expect(await whyNot<ProblemBody>(query)).toMatchObject({
      ...{ status: 400, body: { code: 'not-yet-due', errors: [{ field: 'at' }] } },
    });
  });

  it('agrees with the history: whoever was notified was so because all conditions held then', async () => {
    for (const entry of all.filter(({ decision, escalation }) => decision === 'raised' && !escalation)) {
      const { recipientId: person, rule, accountId, decidedAt: at, notificationId } = entry;
      const answer = await answerTo({ person, rule, at, ...(accountId ? { account: accountId } : {}) });
      expect(answer.last, `${person} ${rule} ${at}`).toMatchObject({ notificationId, decision: 'raised' });
      expect(answer.due).toBe(false);
    }
  });
});
