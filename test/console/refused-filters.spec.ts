import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { opened } from './opened-page.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const inputOf = (main: string, name: string): string =>
  new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(main)?.[0] ?? '';

it('Filters that are refused can be mended where that is said, and all others are kept', async () => {
  const path = '/console/access-log';
  const { status, main, text } = await opened(herald, `${path}?principal=key:a&from=yesterday`);
  expect(status).toBe(400);
  expect(main).toContain(`<form class="stack" method="get" action="${path}">`);
  expect(inputOf(main, 'principal')).toContain('value="key:a"');
  expect(inputOf(main, 'from')).toContain(
    'value="yesterday" aria-invalid="true" aria-describedby="says-from"',
  );
  expect(text).toContain('Expected a moment in the years 2000 to 2199');
  expect(text).toContain('Without filters');
});

it('names a filter by its label, also where it is compared with another one', async () => {
  const slots = 'slotFrom=2026-03-02&slotTo=2026-03-01';
  const { text } = await opened(herald, `/console/history?${slots}`);
  expect(text).toContain('Expected a day or moment that is not before “Due from”.');
  expect(text).not.toContain('slotFrom');
});

it('leaves out what the page does not know, and a place in the list', async () => {
  const { main, text } = await opened(herald, '/console/people?partner=a&colour=red&after=x&limit=0');
  expect(text).toContain('Colour: Unknown field.');
  expect(inputOf(main, 'partner')).toContain('value="a"');
  expect(inputOf(main, 'limit')).toContain('aria-invalid="true"');
  expect(inputOf(main, 'colour') + inputOf(main, 'after')).toBe('');
});

it('a page that has no filters still says what is wrong', async () => {
  const { status, text } = await opened(herald, '/console/notifications/x');
  expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('Bad Request') });
});
