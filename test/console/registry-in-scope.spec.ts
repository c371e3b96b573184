import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { AURORA, liveThroughTwoWeeks, ZEPHYR } from '../tenancy/two-suppliers.js';
import { type Visitor, visitorOf } from './visitor.js';

let herald: TestHerald;
let aurora: Visitor;
let publisher: Visitor;

beforeAll(async () => {
  herald = await startTestHerald();
  await liveThroughTwoWeeks(herald);
  const keys = await herald.withKeys({
    aurora: { role: 'auditor', solutions: [AURORA] },
    publisher: { role: 'publisher' },
  });
  aurora = await visitorOf(herald, keys.aurora.key);
  publisher = await visitorOf(herald, keys.publisher.key);
});
afterAll(() => herald.stop());

const LISTS = ['people', 'accounts', 'queues', 'partners', 'solutions'].map((list) => `/console/${list}`);

const PAGES = [
  'people/aurora-ben',
  'accounts/aurora-page',
  'queues/aurora-1',
  'partners/aurora-1',
  'solutions/aurora',
].flatMap((page) => [`/console/${page}`, `/console/${page}/changes`]);

it.each([...LISTS, ...PAGES])(
  'shows whoever is bound to one solution nothing of another: %s',
  async (path) => {
    const { status, text, html } = await aurora.open(path);
    expect(status).toBe(200);
    expect(text).toContain(AURORA);
    expect(html).not.toContain(ZEPHYR);
    expect(html).not.toContain('nobodys');
  },
);

it.each(PAGES)('answers as if there was nothing of another solution: %s', async (path) => {
  expect((await aurora.open(path.replaceAll(AURORA, ZEPHYR))).status).toBe(404);
});

it('takes somebody who is at a partner of each for the one at its own', async () => {
  const { status, text } = await aurora.open('/console/people/ada');
  expect(status).toBe(200);
  expect(text).toContain('ada of aurora-1');
});

it.each([...LISTS, ...PAGES])('shows nothing to whoever may only publish: %s', async (path) => {
  expect((await publisher.open(path)).status).toBe(403);
});
