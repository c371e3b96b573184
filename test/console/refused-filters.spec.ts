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
  expect(text).toContain('Expected a day or moment that is not before “Due from (UTC)”.');
  expect(text).not.toContain('slotFrom');
});

it.each([
  ['history', 'rule', 'Notification'],
  ['history', 'reason', 'Withheld because'],
  ['history', 'to', 'Decided until, inclusive (UTC)'],
  ['history', 'order', 'Order'],
  ['access-log', 'to', 'Before'],
  ['accounts', 'status', 'Authorisation'],
  ['queues', 'status', 'State'],
  ['why-not', 'rule', 'Notification'],
])('calls a filter as its page does: in the page %s, %s is “%s”', async (page, name, label) => {
  const calls = `<label for="f-${name}">${label}</label>`;
  expect((await opened(herald, `/console/${page}`)).main).toContain(calls);
  expect((await opened(herald, `/console/${page}?${name}=a&${name}=b`)).main).toContain(calls);
});

it.each([
  ...['history', 'why-not', 'agenda', 'coverage', 'people', 'accounts', 'queues', 'partners', 'solutions'],
  ...['access-log', 'templates/account-expired'],
])('has a label for each filter of the page %s', async (page) => {
  const { status, main } = await opened(herald, `/console/${page}`);
  expect({ status, unnamed: main.match(/<label[^>]*><\/label>/g) }).toEqual({ status: 200, unnamed: null });
});

it('has one value of a filter that is there several times, and names all', async () => {
  const { status, main, text } = await opened(herald, '/console/history?partner=a&partner=b');
  expect(status).toBe(400);
  expect(inputOf(main, 'partner')).toContain('value="a" aria-invalid="true"');
  expect(text).toContain('This is there 2 times: “a”, “b”. Choose one.');
});

it('leads on where no filter is left that could be mended', async () => {
  const { main, text } = await opened(herald, '/console/agenda?to=bad&constructor=x');
  expect(text).toContain('The page cannot use what is named here.');
  expect(text).toContain('To: Unknown field.');
  expect(text).toContain('Constructor: Unknown field.');
  expect(main).toContain('<a class="button" href="/console/agenda">Without filters</a>');
  expect(main).not.toContain('<form');
});

it('leaves out what the page does not know, however long its name is', async () => {
  const { main } = await opened(herald, `/console/agenda?partner=a&${'x'.repeat(70)}=1`);
  expect(main.match(/<input/g)).toHaveLength(1);
});

it('says that what the page does not know is left out, if the filters are right', async () => {
  const { main, text } = await opened(herald, '/console/agenda?to=bad&partner=a');
  expect(text).toContain('What is named here is left out when you try again.');
  expect(inputOf(main, 'partner')).toContain('value="a"');
});

it('leaves out what the page does not know, and a place in the list', async () => {
  const { main, text } = await opened(herald, '/console/people?partner=a&colour=red&after=x&limit=0');
  expect(text).toContain('Colour: Unknown field.');
  expect(inputOf(main, 'partner')).toContain('value="a"');
  expect(inputOf(main, 'limit')).toContain('aria-invalid="true"');
  expect(inputOf(main, 'colour') + inputOf(main, 'after')).toBe('');
});

it.each([
  ['that has no filters', 'notifications/x'],
  ['whose address is wrong before its filters', 'notifications/x?part=text'],
])('a page %s still says what is wrong', async (_, page) => {
  const { status, text } = await opened(herald, `/console/${page}`);
  expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('Bad Request') });
});

it('are not those of signing in, which takes no notice of what it does not know', async () => {
  await herald.withKeys({});
  const { status, text } = await opened(herald, '/console/sign-in?why=a&why=b&signed=a&signed=b');
  expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining('API key') });
});
