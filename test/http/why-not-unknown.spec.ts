import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserOf } from '../console/opened.js';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    ...SMALL_WORLD,
    anEvent('page', 'social-account.connected', {
      ...{ accountId: 'page', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Page' },
    }),
  ]);
  await herald.settled();
});
afterAll(() => herald.stop());

const asked = (query: Readonly<Record<string, string>>): string =>
  `why-not?${new URLSearchParams({ person: 'ada', rule: 'account-expired', ...query })}`;

const problemOf = (query: Readonly<Record<string, string>>) => herald.get<ProblemBody>(`/v1/${asked(query)}`);

it.each(['content-needs-approval', 'no-social-media-content'])(
  'A question about an account is refused for %s, which is about no account',
  async (rule) => {
    const query = { rule, account: 'page' };
    const { status, body } = await problemOf(query);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-request' });
    expect(body.errors).toMatchObject([{ field: 'account', message: expect.stringContaining(rule) }]);
    const page = await browserOf(herald.url).open(`/console/${asked(query)}`);
    expect(page.status).toBe(400);
    expect(page.text).toContain('leave out account');
    expect((await problemOf({ rule })).status).toBe(200);
  },
);

describe('A question about what Herald does not know', () => {
  it('names the partner at which it does not know the person', async () => {
    const { status, body } = await problemOf({ partner: 'elsewhere' });
    expect(status).toBe(404);
    expect(body.detail).toContain('Herald does not know ada at elsewhere.');
    const history = await herald.get<ProblemBody>('/v1/people/ada/history?partner=elsewhere');
    expect(history.body.detail).toContain('Herald does not know ada at elsewhere.');
    expect((await problemOf({ person: 'zoe' })).body.detail).toContain('Herald does not know zoe.');
  });

  it('is not answered for an account that does not exist, whoever asks', async () => {
    const answers = [await problemOf({ account: 'nothing' })];
    expect((await problemOf({ account: 'page' })).status).toBe(200);
    const keys = await herald.withKeys({ bound: { role: 'auditor', solutions: ['acme'] } });
    for (const { get } of [keys.admin, keys.bound])
      answers.push(await get<ProblemBody>(`/v1/${asked({ account: 'nothing' })}`));
    for (const { status, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
      expect(body.detail).toContain('There is no account nothing.');
    }
    const page = await browserOf(herald.url, keys.admin.key).open(
      `/console/${asked({ account: 'nothing' })}`,
    );
    expect(page.status).toBe(404);
    expect(page.text).toContain('or the account nothing');
  });
});
