import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inPages } from '../../src/infrastructure/console/kit/in-pages.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { opened } from './opened-page.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

it('an error page leads to pages of the console, not to routes of the API', async () => {
  const { text } = await opened(herald, '/console/people/nobody');
  expect(text).toContain('Look at “People”');
  const refused = await fetch(`${herald.url}/console/projections/people/swap`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: '',
  });
  expect(await refused.text()).toContain('there is no replay of people. Start one with “Rebuild”.');
});

it('every route that an error of Herald names has its place', () => {
  const messages = ['src/application', 'src/domain']
    .flatMap((root) => readdirSync(root, { recursive: true }).map((file) => `${root}/${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => readFileSync(file, 'utf8').match(/^(?! *\*| *\/\*).*(GET|POST) \/v1\/.*$/gm) ?? [])
    .map((line) => line.replace(/\$\{list\}/, 'partners').replace(/\$\{[^}]+\}/g, 'one'));
  expect(messages.length).toBeGreaterThan(20);
  expect(messages.map(inPages).filter((line) => line.includes('/v1/'))).toEqual([]);
});
