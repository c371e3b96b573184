import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

const SECRET = 'summer-2026-summer';
const OTHER = 'winter-2026-winter';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald({ HERALD_FEEDBACK_POSTMARK: `postmark:${SECRET}` });
});
afterAll(() => herald.stop());

it('An answer repeats a secret that the request guesses as it does any other text: it would tell that the guess is right', async () => {
  const { status, body } = await herald.get<ProblemBody>(`/${OTHER}/${SECRET}`);
  expect([status, body.detail]).toEqual([404, `Cannot GET /${OTHER}/${SECRET}. The routes are at /docs.`]);
  const event = await herald.publish<ProblemBody>({ [SECRET]: 1 });
  expect([event.status, event.body.detail]).toEqual([400, expect.stringContaining(`${SECRET}: Expected`)]);
});
