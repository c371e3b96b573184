import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CoverageRecord } from '../../src/application/coverage/coverage-record.js';
import { CoverageWatch } from '../../src/application/coverage/coverage-watch.js';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import { AccountDecisions } from '../../src/application/decisions/account-decisions.js';
import { Leases } from '../../src/application/leases/leases.js';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { type AgendaDocument, agenda } from '../../src/application/read-models/agenda/agenda.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

const MONDAY = '2026-03-09';

/** An account whose authorisation expires within 20 days of that Monday. */
const anAccount = (accountId: string) =>
  anEvent(accountId, 'social-account.connected', {
    ...{ accountId, partnerId: 'nordlicht', network: 'facebook', kind: 'company', displayName: accountId },
    authorisationExpiresAt: '2026-03-20T12:00:00Z',
  });

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
  await herald.publishAll([...SMALL_WORLD, anAccount('fb-1'), anAccount('fb-2')]);
  // That it is about to expire is noticed before anything is lost.
  await herald.moveTo('2026-03-02T09:00:01Z');
  await herald.settled();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

const coverage = async (query = ''): Promise<Coverage> =>
  (await herald.get<Coverage>(`/v1/coverage?date=${MONDAY}${query}`)).body;

const shortfall = async () => (await herald.get('/v1/coverage/shortfall')).body;

const part = async (name: string) =>
  (await herald.get<{ parts: { part: string; status: string; says?: string }[] }>('/health')).body.parts.find(
    (one) => one.part === name,
  );

const metric = async (name: string) =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec((await herald.get('/metrics')).text)?.[1]);

/** Takes the document of an account from the agenda, as a defect might. @returns what puts it back. */
const loseFromAgenda = async (accountId: string) => {
  const { app } = herald.herald;
  const documents = app.get(DocumentStore);
  const collection = app.get(ReadModels).collection(agenda);
  const id = `account:${accountId}`;
  const document = (await documents.get<AgendaDocument>(collection, [id])).get(id) as AgendaDocument;
  await documents.write(collection, [{ id, position: `${document.position}a`, document: undefined }]);
  return async () => {
    const position = `${document.position}b`;
    await documents.write(collection, [{ id, position, document: { ...document, position } }]);
  };
};

const look = () => herald.herald.app.get(CoverageWatch).look();

describe('An account that the agenda has lost', () => {
  it('is expected, due until half an hour after its slot, then missing, with names', async () => {
    await loseFromAgenda('fb-1');
    expect((await coverage()).counts).toMatchObject({ expected: 4, planned: 4, decided: 0, shortfall: 0 });
    await herald.moveTo('2026-03-09T08:29:59.999Z');
    await herald.settled();
    expect((await coverage()).counts).toMatchObject({ expected: 4, decided: 2, due: 2, shortfall: 0 });
    await herald.moveTo('2026-03-09T08:30:00Z');
    const { counts, groups, sentence, next } = await coverage();
    expect(counts).toMatchObject({ expected: 4, decided: 2, raised: 2, sent: 2, due: 0, shortfall: 2 });
    expect(groups).toMatchObject([
      { solutionId: 'acme', rule: 'settings-update-required', counts: { shortfall: 2 } },
    ]);
    expect({ sentence, next }).toEqual({
      sentence: `For ${MONDAY}, 4 decisions are expected. 2 are recorded: 2 raised, 0 withheld. 2 are missing.`,
      next: null,
    });
    const { items } = await coverage('&state=shortfall');
    expect(items).toMatchObject([
      { accountId: 'fb-1', recipientId: 'ada', undecided: 'shortfall', slotDate: MONDAY },
      { accountId: 'fb-1', recipientId: 'ben', undecided: 'shortfall', slotDate: MONDAY },
    ]);
  });

  it('is found by the watch half an hour after its slot, and forgotten once it is decided', async () => {
    const giveBack = await loseFromAgenda('fb-1');
    await herald.moveTo('2026-03-09T08:29:59.999Z');
    await look();
    expect(await part('coverage')).toEqual({ part: 'coverage', status: 'ok' });

    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await herald.moveTo('2026-03-09T08:30:00Z');
    await look();
    expect(await part('coverage')).toMatchObject({
      status: 'degraded',
      says: expect.stringContaining(`herald coverage --date ${MONDAY} --state shortfall`),
    });
    expect(await metric('herald_coverage_shortfall')).toBe(2);
    const missing = { accountId: 'fb-1', partnerId: 'nordlicht', slotDate: MONDAY };
    expect(await shortfall()).toMatchObject({ missing: [missing, missing], more: 0 });
    expect(logged).toHaveBeenCalledTimes(1);
    expect(logged).toHaveBeenCalledWith('coverage-shortfall', {
      ...{ count: 2, byRule: { 'settings-update-required': 2 }, partnerIds: ['nordlicht'] },
      notificationIds: [expect.any(String), expect.any(String)],
    });
    // It is said once.
    await herald.moveTo('2026-03-09T10:00:00Z');
    await look();
    expect(logged).toHaveBeenCalledTimes(1);
    expect(await metric('herald_coverage_shortfall')).toBe(2);

    await giveBack();
    await herald.moveTo('2026-03-09T11:00:00Z');
    await herald.settled();
    await look();
    expect(await part('coverage')).toEqual({ part: 'coverage', status: 'ok' });
    expect(await metric('herald_coverage_shortfall')).toBe(0);
    expect(await shortfall()).toMatchObject({ missing: [], checkedTo: expect.any(String) });
    expect((await coverage()).counts).toMatchObject({ expected: 4, decided: 4, shortfall: 0 });
  });

  it('is found again after those that were listed were made up: by then more were missing than are listed', async () => {
    await loseFromAgenda('fb-1');
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await herald.moveTo('2026-03-09T08:30:00Z');
    const { app } = herald.herald;
    const { items = [] } = await coverage('&state=decided');
    const [decided] = items;
    if (!decided) throw new Error('Nothing is decided');
    const record = app.get(CoverageRecord);
    await record.write({ checkedTo: '2026-03-09T08:00:00.001Z', shortfall: [decided], more: 2 });
    await look();
    const state = await until(
      () => record.read(),
      ({ checkedTo, sweep }) => checkedTo === '2026-03-09T08:00:00.001Z' && !sweep,
    );
    expect(state).toMatchObject({ shortfall: [{ accountId: 'fb-1' }, { accountId: 'fb-1' }], more: 0 });
  });

  it('is found by the next instance if the first is stopped in the middle', async () => {
    await loseFromAgenda('fb-1');
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await herald.moveTo('2026-03-09T08:30:00Z');
    const { app } = herald.herald;
    // As another instance left it: everything before this partner is checked.
    const sweep = { from: '2026-03-09T07:00:00.001Z', to: '2026-03-09T08:00:00.001Z', after: 'nordlich' };
    await app.get(CoverageRecord).write({ sweep, shortfall: [], more: 0 });
    await look();
    expect(
      await until(
        () => metric('herald_coverage_shortfall'),
        (value) => value > 0,
      ),
    ).toBe(2);
    expect((await app.get(CoverageRecord).read()).checkedTo).toBe(sweep.to);
  });

  it('is left to the instance that holds the lease', async () => {
    await loseFromAgenda('fb-1');
    await herald.moveTo('2026-03-09T08:30:00Z');
    const { app } = herald.herald;
    vi.spyOn(app.get(Leases), 'keep').mockResolvedValue(new Map());
    const written = vi.spyOn(app.get(CoverageRecord), 'write');
    await look();
    expect(written).not.toHaveBeenCalled();
    // It reports what that one found.
    const { items = [] } = await coverage('&state=shortfall');
    vi.spyOn(app.get(CoverageRecord), 'read').mockResolvedValue({ shortfall: items, more: 0 });
    await look();
    expect(await part('coverage')).toMatchObject({ status: 'degraded' });
  });
});

describe('Decisions that are late, as after an outage', () => {
  it('are not missing for an hour, in which they can be made; then they are', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const decided = vi
      .spyOn(AccountDecisions.prototype, 'decide')
      .mockRejectedValue(new Error('not yet, in this test'));
    await herald.moveTo('2026-03-09T08:30:00Z');
    await look();
    await herald.moveTo('2026-03-09T09:29:59.999Z');
    await look();
    expect(await part('coverage')).toEqual({ part: 'coverage', status: 'ok' });
    expect(logged).not.toHaveBeenCalledWith('coverage-shortfall', expect.anything());
    await herald.moveTo('2026-03-09T09:30:00Z');
    await look();
    expect(await metric('herald_coverage_shortfall')).toBe(4);
    decided.mockRestore();
  });

  it('are checked as soon as they are made', async () => {
    const { app } = herald.herald;
    const decided = vi
      .spyOn(AccountDecisions.prototype, 'decide')
      .mockRejectedValue(new Error('not yet, in this test'));
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await herald.moveTo('2026-03-09T08:30:00Z');
    await look();
    const { checkedTo } = await app.get(CoverageRecord).read();
    decided.mockRestore();
    await herald.moveTo('2026-03-09T08:40:00Z');
    await herald.settled();
    await look();
    const after = await app.get(CoverageRecord).read();
    expect(after.checkedTo).not.toBe(checkedTo);
    expect(after).toMatchObject({ shortfall: [], more: 0 });
  });
});
