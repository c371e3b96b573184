import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendingStatus } from '../../src/application/delivery/get-sending-status.js';
import { anEvent } from '../http/events.js';
import type { TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';
import { backUp, restore, startIn } from './kept-folder.js';

// Time passes between a mail and the moment at which the platform reports its cause again.

const HOUR_LATER = '2026-03-02T10:00:00.000Z';

const CONNECTED = anEvent('account', 'social-account.connected', {
  ...{ accountId: 'a1', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Nordlicht' },
});
const ENDED = [anEvent('ended', 'social-account.token-invalidated', { accountId: 'a1', reason: 'revoked' })];

interface Items {
  readonly items: readonly { readonly recipientId: string; readonly outcome: string }[];
}

let folder: string;
let herald: TestHerald;

const start = () => startIn(folder);

const mails = () => readdir(join(folder, 'outbox')).catch(() => []);

const outcomes = async (): Promise<readonly string[]> =>
  (await herald.get<Items>('/v1/notifications')).body.items.map(
    ({ recipientId, outcome }) => `${recipientId}: ${outcome}`,
  );

/** The account of a partner ends, and both admins are told. Then a back-up from before takes the place of the log, and an hour passes. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-restored-'));
  herald = await start();
  await herald.publishAll([...SMALL_WORLD, CONNECTED]);
  await herald.settled();
  await herald.stop();
  backUp(folder);
  herald = await start();
  await herald.publishAll(ENDED);
  await until(mails, ({ length }) => length === 2);
  await herald.settled();
  await herald.stop();
  await restore(folder, /^(begun-mails|sending-hold|safety-records)/);
  herald = await start();
  await herald.moveTo(HOUR_LATER);
  await herald.publishAll(ENDED);
  await until(outcomes, ({ length }) => length === 2);
});
afterEach(async () => {
  await herald.stop();
  await rm(folder, { recursive: true, force: true });
});

const begunMails = async () => (await herald.get<SendingStatus>('/v1/sending')).body.begunSince;

describe('A log that was restored, whose platform reports again what ended:', () => {
  it('mails that are kept back are not sent, although the end is learned at another moment', async () => {
    expect(await begunMails()).toHaveLength(2);
    await herald.post('/v1/sending/keep', 'application/json', { reason: 'They have them' });
    await herald.moveTo(HOUR_LATER);
    await herald.settled();
    expect([...(await outcomes())].sort()).toEqual(['ada: outcome-unknown', 'ben: outcome-unknown']);
    expect(await mails()).toHaveLength(2);
  });

  it('the mail that is named is sent again, and no other', async () => {
    const [{ notificationId } = { notificationId: '' }] = await begunMails();
    await herald.post('/v1/sending/release', 'application/json', {
      reason: 'one of them',
      notificationIds: [notificationId],
    });
    await herald.moveTo(HOUR_LATER);
    await herald.settled();
    expect((await outcomes()).map((one) => one.replace(/^.*: /, '')).sort()).toEqual([
      'accepted',
      'outcome-unknown',
    ]);
  });

  it('the next end of the account is told, also after the next start', async () => {
    await herald.post('/v1/sending/keep', 'application/json', { reason: 'They have them' });
    await herald.stop();
    herald = await start();
    await herald.moveTo('2026-03-02T10:30:00.000Z');
    const at = (time: string, id: string, name: string, data: object) => ({
      ...anEvent(id, name, { accountId: 'a1', ...data }),
      time,
    });
    await herald.publishAll([
      at('2026-03-02T09:30:00Z', 'renewed', 'social-account.authorisation-renewed', {}),
      at('2026-03-02T09:40:00Z', 'again', 'social-account.token-invalidated', { reason: 'revoked' }),
    ]);
    await herald.moveTo('2026-03-02T10:31:00.000Z');
    await herald.settled();
    expect((await outcomes()).filter((one) => one.endsWith(': accepted'))).toHaveLength(2);
  });
});
