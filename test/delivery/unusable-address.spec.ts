import { afterEach, expect, it, vi } from 'vitest';
import { EventStore } from '../../src/application/ports/event-store.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { heraldWithSentMails, post, type SentHerald, START } from '../feedback/sent.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

let smtp: FaultySmtp;
let herald: SentHerald;
afterEach(async () => {
  await herald.stop();
  await smtp.close();
});

const refusing = async (reply: string): Promise<void> => {
  smtp = await startFaultySmtp(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada') ? { reply } : undefined,
  );
  herald = await heraldWithSentMails(['ada', 'ben'], {
    HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}?tls=optional`,
  });
};

it('An address that the mail server refuses with 5.1.x is undeliverable until the platform changes it', async () => {
  await refusing('550 5.1.1 no such user');
  expect(await herald.outcomes('ada')).toEqual(['rejected']);
  expect((await herald.person('ada'))?.undeliverable).toMatchObject({
    ...{
      address: 'ada@linden.example',
      reason: 'rejected',
      notificationId: await herald.sentTo('ada'),
      since: START,
    },
  });
  await post(herald.publish, 'p2', '2026-03-02T09:00:00Z');
  await herald.moveTo('2026-03-09T09:00:00.000Z');
  await herald.publish('partner-user.changed', '2026-03-09T09:00:00Z', {
    ...{ userId: 'ada', partnerId: 'linden', email: 'new@linden.example' },
  });
  await herald.moveTo('2026-03-16T09:00:00.000Z');
  await herald.settled();
  expect(await herald.outcomes('ada')).toEqual(['rejected', 'withheld: undeliverable-address', 'accepted']);
  expect((await herald.person('ada'))?.undeliverable).toBeUndefined();
});

it('An address that is refused for another reason stays', async () => {
  await refusing('550 5.2.2 mailbox full');
  expect(await herald.outcomes('ada')).toEqual(['rejected']);
  expect((await herald.person('ada'))?.undeliverable).toBeUndefined();
});

it('An address whose refusal cannot be recorded at once is recorded with the refusal, each once', async () => {
  smtp = await startFaultySmtp(({ stage, to }) =>
    stage === 'RCPT' && to.startsWith('ada') ? { reply: '550 5.1.1 no such user' } : undefined,
  );
  herald = await heraldWithSentMails(['ben'], { HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}?tls=optional` });
  const log = herald.herald.app.get(EventStore);
  const append = log.append.bind(log);
  let failures = 0;
  vi.spyOn(log, 'append').mockImplementation(async (stream, events, expected) => {
    const isMark = events.some(({ type }) => type === 'AddressUndeliverable' || type === 'Rejected');
    if (isMark && failures < 3) {
      failures += 1;
      throw new HeraldError('event-store-unavailable', 'away');
    }
    return append(stream, events, expected);
  });
  await herald.publish('partner-user.added', '2026-03-02T09:00:00Z', {
    ...{ userId: 'ada', partnerId: 'linden', name: 'Ada', email: 'ada@linden.example', role: 'admin' },
  });
  await herald.publish('digest.requested', '2026-03-02T09:00:00Z', { userId: 'ada', partnerId: 'linden' });
  await herald.moveTo(START);
  await herald.settled();
  const types = (await herald.events()).map(({ type }) => type);
  expect(failures).toBe(3);
  expect(types.filter((type) => type === 'AddressUndeliverable' || type === 'Rejected')).toEqual([
    ...['AddressUndeliverable', 'Rejected'],
  ]);
});
