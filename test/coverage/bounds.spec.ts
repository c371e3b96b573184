import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CoverageRecord } from '../../src/application/coverage/coverage-record.js';
import { CoverageWatch } from '../../src/application/coverage/coverage-watch.js';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import {
  MAX_COVERAGE_DAYS_AHEAD,
  MAX_COVERAGE_GROUPS,
  MAX_COVERAGE_SUBJECTS,
  MAX_LISTED_SHORTFALL,
  MAX_SUBJECTS_PER_LOOK,
} from '../../src/domain/bounds.js';
import { DAY, plus } from '../../src/domain/kernel/instant.js';
import { anEvent, aPost } from '../http/events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { until } from '../until.js';

const NOW = '2026-03-02T09:00:00.000Z';
const MONDAY = '2026-03-09';

const publish = async (herald: TestHerald, events: readonly object[]): Promise<void> => {
  for (let n = 0; n < events.length; n += 1_000)
    expect(await herald.publishAll(events.slice(n, n + 1_000))).toMatchObject({ status: 202 });
  await herald.settled();
};

const ask = async (herald: TestHerald, query: string): Promise<Coverage> =>
  (await herald.get<Coverage>(`/v1/coverage?${query}`)).body;

const padded = (n: number): string => String(n).padStart(5, '0');

/** A solution with a partner whose only user is expected to get a digest on Monday. */
const aSmallWorld = (n: number): readonly object[] => {
  const [solutionId, partnerId, userId] = [`s-${padded(n)}`, `p-${padded(n)}`, `u-${padded(n)}`];
  return [
    anEvent(solutionId, 'solution.configured', {
      ...{ solutionId, name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
      baseUrl: 'https://portal.acme.example',
      sender: { name: 'Acme', address: 'no-reply@acme.example' },
    }),
    anEvent(partnerId, 'partner.registered', {
      ...{ partnerId, solutionId, name: partnerId, timeZone: 'Europe/Berlin' },
    }),
    anEvent(userId, 'partner-user.added', {
      ...{ userId, partnerId, name: userId, email: `${userId}@x.example`, role: 'admin' },
    }),
    aPost(`post-${n}`, { postId: `post-${n}`, partnerId }),
  ];
};

describe('An answer', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_CLOCK_START: NOW });
    const partners = Array.from({ length: MAX_COVERAGE_SUBJECTS }, (_, n) =>
      aPost(`q-${n}`, { postId: 'post-1', partnerId: `q-${padded(n)}` }),
    );
    await publish(herald, partners);
  }, 120_000);
  afterAll(() => herald.stop());

  it('examines as many accounts and queues as the bound says, and leads to the next one', async () => {
    const first = await ask(herald, `date=${MONDAY}`);
    const rest = await ask(herald, `date=${MONDAY}&after=${first.next}`);
    expect(rest).toMatchObject({ next: null, groups: [] });
    await publish(herald, aSmallWorld(0).slice(0, 3));
    await publish(herald, [aPost('one-more', { postId: 'one-more', partnerId: 'z-00000' })]);
    const again = await ask(herald, `date=${MONDAY}&after=${first.next}`);
    expect(again.next).toBeNull();
  });

  it('looks as far ahead as the bound says, and not a day further', async () => {
    const on = (days: number) => plus(NOW, days * DAY).slice(0, 10);
    expect(await herald.get(`/v1/coverage?date=${on(MAX_COVERAGE_DAYS_AHEAD)}&partner=none`)).toMatchObject({
      status: 200,
    });
    expect(
      await herald.get<ProblemBody>(`/v1/coverage?date=${on(MAX_COVERAGE_DAYS_AHEAD + 1)}`),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'date' }] } });
  });
});

describe('With one solution more than an answer counts', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_CLOCK_START: NOW });
    await publish(herald, Array.from({ length: MAX_COVERAGE_GROUPS + 1 }, (_, n) => aSmallWorld(n)).flat());
  }, 120_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await herald.stop();
  });

  it('the next answer counts the last', async () => {
    const first = await ask(herald, `date=${MONDAY}`);
    expect(first.groups).toHaveLength(MAX_COVERAGE_GROUPS);
    expect(first.sentence).toContain('This is a part');
    const second = await ask(herald, `date=${MONDAY}&after=${first.next}`);
    expect(second).toMatchObject({ next: null, counts: { expected: 1, planned: 1 } });
    expect(second.groups).toHaveLength(1);
  });

  it('names are listed page by page, each once', async () => {
    const names: string[] = [];
    let after = '';
    do {
      const page = await ask(herald, `date=${MONDAY}&state=planned&limit=150${after}`);
      names.push(...(page.items ?? []).map(({ recipientId }) => recipientId));
      after = page.next === null ? '' : `&after=${page.next}`;
    } while (after !== '');
    expect(names).toHaveLength(MAX_COVERAGE_GROUPS + 1);
    expect(new Set(names).size).toBe(names.length);
  });

  it('filters count their part: solution, partner, rule', async () => {
    for (const filter of ['solution=s-00007', 'partner=p-00007'])
      expect(await ask(herald, `date=${MONDAY}&${filter}`)).toMatchObject({ counts: { expected: 1 } });
    expect(await ask(herald, `date=${MONDAY}&rule=account-expired`)).toMatchObject({
      counts: { expected: 0 },
    });
  });

  it('a decision worker that is offered no work is noticed: in parts, and listed up to the bound', async () => {
    const { app } = herald.herald;
    const watch = app.get(CoverageWatch);
    const record = app.get(CoverageRecord);
    vi.spyOn(app.get(DueAgenda), 'due').mockResolvedValue([]);
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const written = vi.spyOn(record, 'write');
    const looked = async () => {
      await watch.look();
      return record.read();
    };
    await herald.moveTo('2026-03-09T08:30:00.000Z');
    // Herald looks by itself, too.
    const found = await until(looked, ({ checkedTo }) => checkedTo === '2026-03-09T08:00:00.001Z', 60_000);
    const parts = written.mock.calls.map(([{ sweep }]) => sweep?.to === found.checkedTo && sweep?.after);
    // Each partner counts, and its queue.
    expect(parts).toContain(`p-${padded(MAX_SUBJECTS_PER_LOOK / 2 - 1)}`);
    expect({ ...found, shortfall: found.shortfall.length }).toMatchObject({
      shortfall: MAX_LISTED_SHORTFALL,
      more: MAX_COVERAGE_GROUPS + 1 - MAX_LISTED_SHORTFALL,
    });
    expect(await ask(herald, `date=${MONDAY}`)).toMatchObject({ counts: { shortfall: MAX_COVERAGE_GROUPS } });
  }, 120_000);
});
