import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleOf } from '../samples.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

const sample = sampleOf('herald.solution.configured.v1');
let ids = 0;
const configured = (data: object) => {
  ids += 1;
  return {
    ...sample,
    id: `domains-${ids}`,
    time: '2026-03-02T08:00:00Z',
    data: {
      ...sample.data,
      solutionId: 'aurora',
      sender: { name: 'Aurora', address: 'no-reply@mail.aurora.example' },
      baseUrl: 'https://portal.aurora.example',
      accountUrl: undefined,
      postUrl: undefined,
      branding: undefined,
      ...data,
    },
  };
};

describe('A solution that is configured with a domain which the operator does not allow', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald({
      HERALD_SENDER_DOMAINS: 'mail.aurora.example',
      HERALD_LINK_DOMAINS: 'portal.aurora.example *.cdn.example',
    });
  });
  afterAll(() => herald.stop());

  it('is refused with every field that lies outside, and nothing is recorded', async () => {
    const before = await herald.head();
    const { status, body } = await herald.publish<ProblemBody>(
      configured({
        sender: { name: 'Bank', address: 'security@bank.example' },
        baseUrl: 'https://evil.example',
        branding: { logoUrl: 'https://evil.example/logo.png' },
      }),
    );
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-event-data' });
    expect(body.errors?.map(({ field }) => field)).toEqual([
      'data.sender.address',
      'data.baseUrl',
      'data.branding.logoUrl',
    ]);
    expect(body.detail).toContain('HERALD_SENDER_DOMAINS');
    expect(await herald.head()).toBe(before);
  });

  it('does not keep the other events of its batch from being recorded', async () => {
    const event = configured({ branding: { logoUrl: 'https://img.cdn.example/logo.png' } });
    const { status } = await herald.publishAll([event, configured({ baseUrl: 'https://evil.example' })]);
    expect(status).toBe(207);
    expect((await herald.publish<{ status: string }>(event)).status).toBe(202);
  });
});

describe('On the system clock', () => {
  it('links are https and lead to public hosts', async () => {
    const herald = await startTestHerald({ HERALD_CLOCK: 'system', HERALD_CLOCK_START: undefined });
    const post = (baseUrl: string) => herald.publish<ProblemBody>(configured({ baseUrl }));
    for (const baseUrl of ['http://portal.aurora.example', 'https://127.0.0.1:3000', 'https://2130706433'])
      expect((await post(baseUrl)).body.errors).toMatchObject([{ field: 'data.baseUrl' }]);
    expect((await post('https://portal.aurora.example')).status).toBe(202);
    await herald.stop();
  });
});

it('A link holds no user information, query or fragment, not even an empty one', async () => {
  const herald = await startTestHerald();
  for (const baseUrl of [
    'https://@evil.example',
    'https://:@evil.example',
    'https://a.example/?',
    'https://a.example/#',
  ])
    expect((await herald.publish<ProblemBody>(configured({ baseUrl }))).body.errors, baseUrl).toMatchObject([
      { field: 'data.baseUrl' },
    ]);
  const logoUrl = 'https://@evil.example/logo.png';
  expect(
    (await herald.publish<ProblemBody>(configured({ branding: { logoUrl } }))).body.errors,
  ).toMatchObject([{ field: 'data.branding.logoUrl' }]);
  expect((await herald.publish(configured({ baseUrl: 'https://a.example/x@y/' }))).status).toBe(202);
  await herald.stop();
});
