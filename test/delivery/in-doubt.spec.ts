import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Doubts } from '../../src/application/operations/doubts.js';
import { anEvent } from '../http/events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type Fault, type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

const NOW = '2026-03-02T09:00:00.000Z';
const JSON_TYPE = 'application/json';

interface Item {
  readonly notificationId: string;
  readonly outcome: string;
  readonly resolvedAs?: string;
  readonly attempts: number;
}

let atTheDot: Fault | undefined;
let smtp: FaultySmtp;
let herald: TestHerald;

/** A mail in doubt: the server closes the connection after the final dot. */
const inDoubt = async (): Promise<Item> => {
  atTheDot = 'drop';
  smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? atTheDot : undefined));
  herald = await startTestHerald({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}` });
  await herald.publishAll(SMALL_WORLD);
  await herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
  await herald.moveTo(NOW);
  const item = await only();
  expect(item).toMatchObject({ outcome: 'outcome-unknown', attempts: 1 });
  return item;
};

const list = async (query = ''): Promise<readonly Item[]> => {
  await herald.settled();
  return (await herald.get<{ items: readonly Item[] }>(`/v1/notifications?${query}`)).body.items;
};

const only = async (): Promise<Item> => {
  const items = await list();
  expect(items).toHaveLength(1);
  return items[0] as Item;
};

const resolve = <T>({ notificationId }: Pick<Item, 'notificationId'>, body: object) =>
  herald.post<T>(`/v1/notifications/${notificationId}/resolve`, JSON_TYPE, body);

const types = async ({ notificationId }: Item): Promise<readonly string[]> => {
  const { body } = await herald.get<{ trail: { type: string }[] }>(`/v1/notifications/${notificationId}`);
  return body.trail.map(({ type }) => type);
};

const cli = async (...args: string[]) => {
  const answer = promisify(execFile)('node', ['dist/cli/main.js', ...args, '--url', herald.url]);
  return answer.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
};

afterEach(async () => {
  await herald.stop();
  await smtp.close();
});

describe('A mail in doubt', () => {
  it('is delivered when a person says so, with who and why, and the same once more changes nothing', async () => {
    const item = await inDoubt();
    expect(await list('outcome=outcome-unknown')).toMatchObject([{ notificationId: item.notificationId }]);
    const said = { as: 'delivered', reason: 'It is in her mailbox', by: 'grace' };
    const first = await resolve(item, said);
    expect(first).toMatchObject({ status: 200, body: { ...said, attempt: 1 } });
    expect(await resolve(item, said)).toMatchObject({ status: 200, body: first.body });
    expect(await only()).toMatchObject({ outcome: 'delivered', resolvedAs: 'delivered', attempts: 1 });
    expect(await list('outcome=outcome-unknown')).toEqual([]);
    expect((await types(item)).filter((type) => type === 'OutcomeResolved')).toHaveLength(1);
    expect(smtp.received).toHaveLength(1);
  });

  it('names the principal, whatever the request says', async () => {
    const item = await inDoubt();
    const { grace } = await herald.withKeys({ grace: { role: 'admin' } });
    const body = { as: 'delivered', reason: 'The log of the mail server has it', by: 'somebody else' };
    const path = `/v1/notifications/${item.notificationId}/resolve`;
    expect(await grace.post(path, JSON_TYPE, body)).toMatchObject({ status: 200, body: { by: 'grace' } });
    const resolved = (await herald.events()).find(({ type }) => type === 'OutcomeResolved');
    expect(resolved).toMatchObject({ data: { by: 'grace' }, metadata: { actor: `key:${grace.id}` } });
  });

  it('is sent again when a person says so, with the same Message-ID', async () => {
    const item = await inDoubt();
    atTheDot = undefined;
    await resolve(item, { as: 'resend', reason: 'The server has nothing of it' });
    await herald.moveTo('2026-03-02T09:00:01.000Z');
    expect(await only()).toMatchObject({ outcome: 'accepted', resolvedAs: 'resend', attempts: 2 });
    const ids = smtp.bodies.map((body) => /^Message-ID: (.*)$/im.exec(body)?.[1]);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('that was sent again can come into doubt again, and be resolved again', async () => {
    const item = await inDoubt();
    const again = { as: 'resend', reason: 'The server has nothing of it' };
    await resolve(item, again);
    await herald.moveTo('2026-03-02T09:00:01.000Z');
    expect(await only()).toMatchObject({ outcome: 'outcome-unknown', attempts: 2 });
    atTheDot = undefined;
    expect((await resolve(item, again)).status).toBe(200);
    await herald.moveTo('2026-03-02T09:00:02.000Z');
    expect(await only()).toMatchObject({ outcome: 'accepted', attempts: 3 });
  });

  it('is abandoned when a person says so, and never sent again', async () => {
    const item = await inDoubt();
    atTheDot = undefined;
    await resolve(item, { as: 'abandoned', reason: 'Too late' });
    await herald.moveTo('2026-03-02T12:00:00.000Z');
    const found = (await list()).find(({ notificationId }) => notificationId === item.notificationId);
    expect(found).toMatchObject({ outcome: 'abandoned', resolvedAs: 'abandoned', attempts: 1 });
  });

  it('is not resolved otherwise once it is resolved, and nothing is that is not in doubt', async () => {
    const item = await inDoubt();
    await resolve(item, { as: 'delivered', reason: 'It is in her mailbox' });
    for (const as of ['abandoned', 'resend'])
      expect(await resolve<ProblemBody>(item, { as, reason: 'No' })).toMatchObject({
        status: 409,
        body: { code: 'not-in-doubt', detail: expect.stringContaining('delivered') },
      });
    const stranger = { notificationId: '00000000-0000-4000-8000-000000000000' };
    expect((await resolve(stranger, { as: 'delivered', reason: 'No' })).status).toBe(404);
  });

  it.each([
    [{ as: 'delivered' }, 'reason'],
    [{ as: 'delivered', reason: '  ' }, 'reason'],
    [{ reason: 'Because' }, 'as'],
    [{ as: 'lost', reason: 'Because' }, 'as'],
    [{ as: 'delivered', reason: 'Because', who: 'me' }, 'who'],
  ])('is not resolved by %j: 400 names %s', async (body, field) => {
    const item = await inDoubt();
    expect(await resolve<ProblemBody>(item, body)).toMatchObject({
      ...{ status: 400, body: { code: 'invalid-request', errors: [{ field }] } },
    });
    expect(await only()).toMatchObject({ outcome: 'outcome-unknown' });
  });

  it('is counted in health and metrics until it is resolved', async () => {
    const item = await inDoubt();
    const doubts = herald.herald.app.get(Doubts);
    const shown = async () => {
      await doubts.look();
      const { body } = await herald.get<{ parts: { part: string; status: string; says?: string }[] }>(
        '/health',
      );
      const { text } = await herald.get('/metrics');
      const part = body.parts.find((one) => one.part === 'outcomes');
      return { ...part, metric: /^herald_outcome_unknown (\d+)$/m.exec(text)?.[1] };
    };
    expect(await shown()).toMatchObject({
      ...{ status: 'degraded', metric: '1', says: expect.stringContaining('herald unknown list') },
    });
    await resolve(item, { as: 'delivered', reason: 'It is in her mailbox' });
    await herald.settled();
    expect(await shown()).toMatchObject({ status: 'ok', metric: '0' });
  });

  it('is listed, shown and resolved on the command line', async () => {
    const { notificationId } = await inDoubt();
    const listed = await cli('unknown', 'list');
    expect(listed).toMatchObject({ code: 1, stdout: expect.stringContaining(notificationId) });
    const shown = await cli('unknown', 'show', notificationId);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('OutcomeUnknown (attempt 1)') });
    const said = ['--as', 'delivered', '--reason', 'It is in her mailbox'];
    expect(await cli('unknown', 'resolve', notificationId, ...said)).toMatchObject({ code: 0 });
    await herald.settled();
    expect(await cli('unknown', 'list')).toMatchObject({ code: 0, stdout: 'No mail is in doubt.\n' });
    expect((await cli('unknown', 'resolve', notificationId, '--as', 'lost', '--reason', 'x')).code).toBe(2);
  });
});
