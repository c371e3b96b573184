import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeferredMails } from '../../src/application/operations/deferred-mails.js';
import { type Document, DocumentStore } from '../../src/application/ports/document-store.js';
import { collectionOf, ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { history } from '../../src/application/read-models/history/history.js';
import { MAX_COUNTED_ENTRIES } from '../../src/domain/bounds.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';

const NOW = '2026-03-02T09:00:00.000Z';
const HOUR = 3_600_000;
const FULL = '452 4.2.2 The mailbox of ada@nordlicht.example is full';

let herald: TestHerald;
let server: FaultySmtp;
let isFull = true;
beforeAll(async () => {
  server = await startFaultySmtp(({ stage, to }) =>
    isFull && stage === 'RCPT' && to.startsWith('ada@') ? { reply: FULL } : undefined,
  );
  herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${server.port}` });
});
afterAll(async () => {
  await herald.stop();
  await server.close();
});

const account = (accountId: string, ownerId: string, authorisationExpiresAt: string) =>
  anEvent(accountId, 'social-account.connected', {
    ...{ accountId, partnerId: 'nordlicht', network: 'x', kind: 'personal', ownerId },
    ...{ displayName: accountId, authorisationExpiresAt },
  });

/** What health and the metric say of mails that are deferred for long. */
const shown = async () => {
  await herald.herald.app.get(DeferredMails).look();
  const { body } = await herald.get<{ parts: { part: string; status: string; says?: string }[] }>('/health');
  const { text } = await herald.get('/metrics');
  const part = body.parts.find((one) => one.part === 'deferred-mails');
  return { ...part, metric: /^herald_deferred_mails (\d+)$/m.exec(text)?.[1] };
};

/** As after an outage: mails that were deferred once, and held since. */
const addHeldMails = async (count: number, decidedAt: string) => {
  const { live, indexes } = herald.herald.app.get(ReadModels).of(history);
  const writes = Array.from({ length: count }, (_, n) => {
    const [id, position] = [`held-${n}`, '0'];
    const document: Document & Record<string, unknown> = {
      ...{ id, position, decidedAt, outcome: 'deferred', attempts: 1 },
    };
    return { id, position, document };
  });
  await herald.herald.app.get(DocumentStore).write(collectionOf(live, indexes), writes);
};

/** Lets time pass in steps in which each mail is tried that is due. */
const pass = async (from: string, hours: number) => {
  for (let half = 1; half <= 2 * hours; half += 1) {
    await herald.moveTo(plus(from, half * (HOUR / 2)));
    await herald.settled();
  }
};

it('A mail that is deferred for more than a day degrades health until it is sent, others notwithstanding', async () => {
  const due = plus(NOW, HOUR);
  await herald.publishAll([...SMALL_WORLD, account('a', 'ada', due), account('b', 'ben', due)]);
  await herald.moveTo(due);
  await pass(due, 23);
  expect(await shown()).toMatchObject({ status: 'ok', metric: '0' });
  await pass(plus(due, 23 * HOUR), 2);
  const { says, ...state } = await shown();
  expect(state).toMatchObject({ status: 'degraded', metric: '1' });
  expect(says).toMatch(
    /^1 mail has been deferred .* at 2026-03-02T10:00:00\.000Z\. .*herald history --outcome deferred/,
  );
  expect(says).not.toContain('ada@');
  isFull = false;
  await herald.moveTo(plus(due, 40 * HOUR));
  await herald.settled();
  expect(await shown()).toMatchObject({ status: 'ok', metric: '0' });
});

it('A mail that was held for more than a day, and then deferred once, is not one of these', async () => {
  isFull = true;
  const due = plus(NOW, 42 * HOUR);
  const hold = (what: string) => herald.post(`/v1/sending/${what}`, 'application/json', { reason: 'A try.' });
  await hold('hold');
  await herald.publish(account('c', 'ada', due));
  await herald.moveTo(plus(due, 26 * HOUR));
  await hold('release');
  const deferred = async () =>
    (await herald.get<{ items: object[] }>('/v1/notifications?outcome=deferred')).body.items;
  expect(await until(deferred, ({ length }) => length > 0)).toMatchObject([{ attempts: 1 }]);
  expect(await shown()).toMatchObject({ status: 'ok', metric: '0' });
});

it('It is found behind more mails of an outage than one page has', async () => {
  const due = plus(NOW, 70 * HOUR);
  await herald.publish(account('d', 'ada', due));
  await herald.moveTo(due);
  await pass(due, 25);
  const before = await shown();
  expect(before).toMatchObject({ status: 'degraded' });
  await addHeldMails(MAX_COUNTED_ENTRIES + 1, NOW);
  await until(shown, ({ says }) => says === before.says);
  for (let looks = 0; looks < 4; looks += 1) expect(await shown()).toEqual(before);
});
