import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asTyped } from '../../src/cli/as-typed.js';
import { RefusedRequest } from '../../src/cli/herald-client.js';
import type { Herald } from '../../src/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { cli, newFolder, publish, start } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
beforeAll(async () => {
  herald = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  await publish(herald.url, SMALL_WORLD);
});
afterAll(() => herald.stop());

const MOMENTS = ['--slot-from', '2026-05-01T00:00:00Z', '--slot-to', '2026-04-01T00:00:00Z'];

it.each([
  [['history', '--slot-to', 'x'], '--slot-to: Expected a moment'],
  [['history', ...MOMENTS], '--slot-to: Expected a day or moment that is not before --slot-from.'],
  [['summary', '--slot-from', 'x', '--rule', 'x'], '--rule: Expected one of'],
  [['coverage', '--date', 'x'], '--date: Expected a date'],
  [['agenda', '--days', 'x'], '--days: Expected a whole number'],
  [['why', 'x'], '<notificationId>: Expected the id of a notification'],
  [['why-not', 'ada', 'x'], '<rule>: Expected one of'],
  [['sending', 'release', 'x', '--reason', 'y'], '<notificationIds>: Expected the id'],
  [['unknown', 'resolve', 'x', '--as', 'resend', '--reason', 'y'], '<notificationId>: Expected the id'],
  [['replay', 'x'.repeat(65)], '<projection>: Expected at most 64 characters.'],
  [['keys', 'create', '--role', 'auditor', '--solution', 'a b'], '--solution: Expected'],
  [['keys', 'create', '--role', 'auditor', '--name', ''], '--name: Expected some text.'],
  [
    ['keys', 'create', '--role', 'auditor', '--expires', '2020-01-01T00:00:00Z'],
    '--expires: Expected a moment after',
  ],
  [
    ['keys', 'create', '--role', 'auditor', '--expires', '9999d'],
    '--expires is "9999d": use a number of hours',
  ],
  [['keys', 'rotate', 'x', '--overlap', '31d'], '--overlap is "31d": use a number of hours'],
  [['why', ''], '<notificationId>: Expected an id or a name.'],
  [['changes', 'partner', '..'], '<id>: Expected an id or a name.'],
  [['why-not', 'nobody', 'account-expired'], 'Look at "herald people" for'],
  [['keys', 'revoke', 'x'], 'Look at "herald keys list".'],
])('an error names what was typed: herald %j', async (args, says) => {
  const { code, output } = await cli(folder, ...args, '--url', herald.url);
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(says) });
});

it('leaves a field that the command has no option for, such as one of a published event', () => {
  const problem = { errors: [{ field: 'data.partnerId', message: 'Expected text.' }] };
  const refused = new RefusedRequest('invalid-event-data', 'data.partnerId: Expected text.', problem);
  expect(asTyped(refused, new Command('publish').argument('<file>')).message).toBe(refused.message);
});

/** Routes that no command asks for. */
const WITHOUT_COMMAND = /\/v1\/(social-accounts|partners|solutions|test-clock|\$\{list\})/;

it('every route that an error of Herald names has its command', () => {
  const messages = ['src/application', 'src/domain']
    .flatMap((root) => readdirSync(root, { recursive: true }).map((file) => `${root}/${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => readFileSync(file, 'utf8').match(/^(?! *\*| *\/\*).*(GET|POST) \/v1\/.*$/gm) ?? [])
    .map((line) => line.replace(/\$\{(?!list\})[^}]+\}/g, 'one'));
  expect(messages.length).toBeGreaterThan(20);
  const command = new Command();
  const left = messages
    .map((line) => asTyped(new RefusedRequest('not-found', line, {}), command).message)
    .filter((line) => /\/v1\//.test(line) && !WITHOUT_COMMAND.test(line));
  expect(left).toEqual([]);
});
