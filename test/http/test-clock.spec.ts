import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    expect(docs.text).not.toContain('test clock');
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
