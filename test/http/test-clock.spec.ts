import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Workers } from '../../src/application/schedule/workers.js';
import { MAX_TEST_CLOCK_STEP_MS } from '../../src/domain/bounds.js';
import { anEvent } from './events.js';
import { JSON_TYPE, PROBLEM_TYPE, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

interface Now {
  readonly now: string;
  readonly test: boolean;
}

describe('without HERALD_CLOCK=test', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_CLOCK: 'system', HERALD_CLOCK_START: undefined });
  });
  afterAll(() => herald.stop());

  it('there is no test clock', async () => {
    const missing = { status: 404, type: PROBLEM_TYPE, body: { code: 'not-found' } };
    expect(await herald.get<ProblemBody>('/v1/test-clock')).toMatchObject(missing);
    const later = { now: '2199-01-01T00:00:00Z' };
    expect(await herald.post<ProblemBody>('/v1/test-clock', JSON_TYPE, later)).toMatchObject(missing);
  });

  it('nothing says that it is a test', async () => {
    const docs = await herald.get<{ paths: object }>('/docs-json');
    expect(docs.status).toBe(200);
    expect(Object.keys(docs.body.paths)).toContain('/v1/events');
    expect(Object.keys(docs.body.paths)).not.toContain('/v1/test-clock');
    expect(docs.text).not.toContain('runs on a test clock');
    expect((await herald.get('/docs')).text).not.toContain('[Test]');
  });

  it('the time is that of the machine', async () => {
    const before = Date.now();
    const { body } = await herald.get<{ now: string }>('/v1/agenda');
    expect(Date.parse(body.now)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.now)).toBeLessThanOrEqual(Date.now());
  });
});

describe('with HERALD_CLOCK=test', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
  });
  afterAll(() => herald.stop());

  it('the clock stays where it was set', async () => {
    const first = await herald.get<Now>('/v1/test-clock');
    expect(first.body).toEqual({ now: '2026-03-02T09:00:00.000Z', test: true });
    expect((await herald.get<Now>('/v1/test-clock')).body).toEqual(first.body);
  });

  it('it moves forward, and to where it is', async () => {
    expect(await herald.moveTo('2026-03-03T10:00:00+01:00')).toMatchObject({
      ...{ status: 200, body: { now: '2026-03-03T09:00:00.000Z', test: true } },
    });
    expect(await herald.moveTo('2026-03-03T09:00:00Z')).toMatchObject({ status: 200 });
    expect((await herald.moveTo('2026-03-03T08:59:59Z')).status).toBe(409);
    expect((await herald.get<Now>('/v1/test-clock')).body.now).toBe('2026-03-03T09:00:00.000Z');
  });

  it('what falls due on the way is recorded at its own moment', async () => {
    const account = { accountId: 'account-1', partnerId: 'partner-1', network: 'x', kind: 'company' };
    const expires = { displayName: '@ada', authorisationExpiresAt: '2026-03-30T12:00:00Z' };
    await herald.publish(anEvent('connected', 'social-account.connected', { ...account, ...expires }));
    await herald.moveTo('2026-04-30T00:00:00Z');
    const noticed = (await herald.events()).filter(({ metadata }) => metadata.actor === 'clock');
    expect(noticed.map(({ type, metadata }) => [type, metadata.recordedAt])).toEqual([
      ['TokenExpiring', '2026-03-10T12:00:00.001Z'],
      ['TokenExpired', '2026-03-30T12:00:00.000Z'],
    ]);
  });
});

describe('a move of the test clock', () => {
  let herald: TestHerald;
  beforeEach(async () => {
    herald = await startTestHerald();
  });
  afterEach(() => herald.stop());

  const START = '2026-03-02T09:00:00.000Z';
  /** When the account is less than 20 days before its end. */
  const NOTICED = '2026-03-10T12:00:00.001Z';
  const after = (millis: number) => new Date(Date.parse(START) + millis).toISOString();

  it('is of 400 days at most', async () => {
    const beyond = await herald.post<ProblemBody>('/v1/test-clock', JSON_TYPE, {
      now: after(MAX_TEST_CLOCK_STEP_MS + 1),
    });
    expect(beyond).toMatchObject({
      ...{ status: 422, type: PROBLEM_TYPE },
      body: { code: 'clock-step-too-large', errors: [{ field: 'now' }] },
    });
    expect(beyond.body.detail).toContain(after(MAX_TEST_CLOCK_STEP_MS));
    expect(await herald.moveTo('2199-01-01T00:00:00Z')).toMatchObject({ status: 422 });
    expect((await herald.get<Now>('/v1/test-clock')).body.now).toBe(START);
    expect(await herald.moveTo(after(MAX_TEST_CLOCK_STEP_MS))).toMatchObject({ status: 200 });
    expect(await herald.moveTo(after(2 * MAX_TEST_CLOCK_STEP_MS))).toMatchObject({ status: 200 });
  });

  /** A move that has come to a moment with work that does not end until `release` is called. */
  const movingTo = async (target: string) => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const workers = herald.herald.app.get(Workers);
    const settle = workers.settle.bind(workers);
    const reached = new Promise<void>((resolve) => {
      vi.spyOn(workers, 'settle').mockImplementation(async () => {
        await settle();
        // The first is that of the moment at which the clock stands.
        if ((await herald.get<Now>('/v1/test-clock')).body.now === START) return;
        resolve();
        await held;
      });
    });
    const account = { accountId: 'account-1', partnerId: 'partner-1', network: 'x', kind: 'company' };
    const expires = { displayName: '@ada', authorisationExpiresAt: '2026-03-30T12:00:00Z' };
    await herald.publish(anEvent('connected', 'social-account.connected', { ...account, ...expires }));
    const answer = herald.moveTo(target);
    await reached;
    return { answer, release };
  };

  it('is shown, and can be stopped at the moment that it has reached', async () => {
    const { answer, release } = await movingTo('2026-04-30T00:00:00.000Z');
    const status = await herald.get<Now>('/v1/test-clock');
    expect(status.body).toEqual({ now: NOTICED, test: true, movingTo: '2026-04-30T00:00:00.000Z' });
    const stopped = { now: NOTICED, test: true };
    expect(await herald.send('/v1/test-clock/stop', { method: 'POST' })).toMatchObject({
      status: 200,
      body: stopped,
    });
    expect(await answer).toMatchObject({ status: 200, body: { ...stopped, stopped: true } });
    expect((await herald.get<Now>('/v1/test-clock')).body).toEqual(stopped);

    // It stands still from then on, and can be moved on.
    release();
    vi.restoreAllMocks();
    expect(await herald.moveTo('2026-03-29T00:00:00Z')).toMatchObject({
      ...{ status: 200, body: { now: '2026-03-29T00:00:00.000Z', test: true } },
    });
    const types = (await herald.events()).map(({ type }) => type);
    expect(types).toContain('TokenExpiring');
    expect(types).not.toContain('TokenExpired');
  });

  it('is the only one: another one is refused at once, and the first goes on', async () => {
    const { answer, release } = await movingTo('2026-04-30T00:00:00.000Z');
    const other = await herald.post<ProblemBody>('/v1/test-clock', JSON_TYPE, {
      now: '2026-05-01T00:00:00Z',
    });
    expect(other).toMatchObject({ status: 409, type: PROBLEM_TYPE, body: { code: 'clock-moving' } });
    expect(other.body.detail).toContain('2026-04-30T00:00:00.000Z');
    release();
    expect(await answer).toMatchObject({ status: 200, body: { now: '2026-04-30T00:00:00.000Z' } });
  });

  it('need not be in progress to be stopped', async () => {
    expect(await herald.send('/v1/test-clock/stop', { method: 'POST' })).toMatchObject({
      ...{ status: 200, body: { now: START, test: true } },
    });
    expect(await herald.moveTo(after(1))).toMatchObject({ status: 200 });
  });
});
