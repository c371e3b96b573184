import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendingStatus } from '../../src/application/delivery/get-sending-status.js';
import { anEvent } from '../http/events.js';
import type { ProblemBody, TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';
import { backUp, restore, startIn } from './kept-folder.js';

const NOW = '2026-03-02T09:00:00.000Z';

interface Items {
  readonly items: readonly {
    readonly recipientId: string;
    readonly outcome: string;
    readonly detail?: string;
  }[];
}

let folder: string;
let herald: TestHerald;

/** Always in the same folder, at the same moment: what happened since the back-up happens again. */
const start = (changes: Readonly<Record<string, string>> = {}) => startIn(folder, changes);

const sendNow = (userId: string, id: string) =>
  herald.publish(anEvent(id, 'digest.requested', { userId, partnerId: 'nordlicht' }));

const mails = () => readdir(join(folder, 'outbox')).catch(() => []);

const historyOf = async (userId: string) =>
  (await herald.get<Items>(`/v1/notifications?recipient=${userId}`)).body.items;

/** A log with one mail, a back-up, and two mails since; then the back-up is put in its place. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-restored-'));
  herald = await start();
  await herald.publishAll(SMALL_WORLD);
  await sendNow('ada', 'ada-1');
  await herald.moveTo(NOW);
  await herald.stop();
  backUp(folder);
  herald = await start();
  await sendNow('ada', 'ada-2');
  await sendNow('ben', 'ben-2');
  await herald.moveTo(NOW);
  await herald.settled();
  await herald.stop();
  expect(await mails()).toHaveLength(3);
  await restore(folder, /^(begun-mails|sending-hold)/);
  herald = await start();
});
afterEach(async () => {
  await herald.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The platform tells again what the back-up does not have. */
const tellAgain = async () => {
  await sendNow('ada', 'ada-2');
  await sendNow('ben', 'ben-2');
  await until(
    async () => (await herald.events()).filter(({ type }) => type === 'NotificationRaised').length,
    (raised) => raised === 3,
  );
  await herald.moveTo(NOW);
  await herald.settled();
};

describe('A log that was restored from a back-up', () => {
  it('holds sending: what is raised again waits, health says so, and the mails since the back-up are listed', async () => {
    await tellAgain();
    expect(await mails()).toHaveLength(3);
    const { body } = await herald.get<SendingStatus>('/v1/sending');
    expect(body).toMatchObject({ held: true, why: 'log-restored', more: false });
    expect(body.begunSince).toHaveLength(2);
    const [waiting] = await historyOf('ben');
    expect(waiting?.outcome).toBe('pending');
  });

  it('sends all again after a release', async () => {
    await tellAgain();
    const { status, body } = await herald.post<SendingStatus>('/v1/sending/release', 'application/json', {
      reason: 'The mail server had lost them',
    });
    expect({ status, held: body.held, since: body.begunSince }).toEqual({
      status: 200,
      held: false,
      since: [],
    });
    await herald.moveTo(NOW);
    await herald.settled();
    expect((await historyOf('ben')).map(({ outcome }) => outcome)).toEqual(['accepted']);
    expect((await herald.events()).filter(({ type }) => type === 'SendStarted')).toHaveLength(3);
  });

  it('sends none of them again when they are kept; new mails go out, also after the next start', async () => {
    await tellAgain();
    await herald.post('/v1/sending/keep', 'application/json', { reason: 'They have them' });
    await herald.moveTo(NOW);
    await herald.settled();
    expect(await historyOf('ben')).toEqual([
      expect.objectContaining({ outcome: 'outcome-unknown', detail: expect.stringContaining('back-up') }),
    ]);
    await herald.stop();
    herald = await start();
    expect((await herald.get<SendingStatus>('/v1/sending')).body.held).toBe(false);
    await sendNow('ben', 'ben-3');
    await herald.moveTo(NOW);
    await herald.settled();
    expect((await historyOf('ben')).map(({ outcome }) => outcome).sort()).toEqual([
      'accepted',
      'outcome-unknown',
    ]);
  });

  it('sends again those that are named, and refuses an id that is not among them', async () => {
    await tellAgain();
    const [{ notificationId } = { notificationId: '' }] = (await herald.get<SendingStatus>('/v1/sending'))
      .body.begunSince;
    const stranger = '00000000-0000-4000-8000-000000000001';
    const refused = await herald.post<ProblemBody>('/v1/sending/release', 'application/json', {
      reason: 'one of them',
      notificationIds: [stranger],
    });
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 404, code: 'not-found' });
    await herald.post('/v1/sending/release', 'application/json', {
      reason: 'one of them',
      notificationIds: [notificationId],
    });
    await herald.moveTo(NOW);
    await herald.settled();
    const outcomes = [...(await historyOf('ada')), ...(await historyOf('ben'))].map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['accepted', 'accepted', 'outcome-unknown']);
  });
});

describe('Sending', () => {
  it('is held and released by an operator, with a reason', async () => {
    await herald.post('/v1/sending/release', 'application/json', { reason: 'begin' });
    const refused = await herald.post<ProblemBody>('/v1/sending/hold', 'application/json', {});
    expect(refused.body.errors?.[0]?.field).toBe('reason');
    await herald.post('/v1/sending/hold', 'application/json', { reason: 'The relay is moved' });
    const before = (await mails()).length;
    await sendNow('ben', 'ben-9');
    await herald.moveTo(NOW);
    expect((await herald.get<SendingStatus>('/v1/sending')).body).toMatchObject({
      ...{ held: true, why: 'operator', reason: 'The relay is moved' },
    });
    expect(await mails()).toHaveLength(before);
    await herald.post('/v1/sending/release', 'application/json', { reason: 'It is there' });
    await herald.moveTo(NOW);
    expect(await mails()).toHaveLength(before + 1);
  });

  it('is held from the start with HERALD_SENDING=held, until it is released', async () => {
    await herald.stop();
    herald = await start({ HERALD_SENDING: 'held' });
    await herald.post('/v1/sending/keep', 'application/json', { reason: 'They have them' });
    expect((await herald.get<SendingStatus>('/v1/sending')).body.held).toBe(false);
    await herald.stop();
    herald = await start({ HERALD_SENDING: 'held' });
    expect((await herald.get<SendingStatus>('/v1/sending')).body).toMatchObject({
      held: true,
      why: 'operator',
    });
  });
});
