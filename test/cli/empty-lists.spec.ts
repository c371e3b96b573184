import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { cli, newFolder, start } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
beforeAll(async () => {
  herald = await start(folder);
});
afterAll(() => herald.stop());

it.each([
  [['outbox'], 'None.'],
  [['access-log', '--principal', 'nobody'], 'None.'],
  [['people'], 'None.'],
  [['history'], 'None.'],
  [['agenda'], 'Nothing is planned.'],
  [['dangling'], 'Everything that events name is known.'],
  [['unknown', 'list'], 'No mail is in doubt.'],
  [['parked', 'list'], 'Nothing is parked.'],
])('a list without entries says so: herald %j', async (args, sentence) => {
  const { code, output } = await cli(folder, ...args, '--url', herald.url);
  expect({ code, output: output.trim() }).toEqual({ code: 0, output: sentence });
});

it('is empty as JSON', async () => {
  expect(await cli(folder, 'outbox', '--json', '--url', herald.url)).toEqual({ code: 0, output: '' });
});
