import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { cli, newFolder, start } from '../replay/running.js';

const SEND = { method: 'POST' };
const JSON_TYPE = { 'content-type': 'application/json' };

let herald: Herald;
beforeAll(async () => {
  herald = await start(newFolder(), { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  const account = anEvent('fb-1', 'social-account.connected', {
    ...{ accountId: 'fb-1', partnerId: 'nordlicht', network: 'facebook', kind: 'company', displayName: 'fb' },
    authorisationExpiresAt: '2026-03-20T12:00:00Z',
  });
  const published = await fetch(`${herald.url}/v1/events`, {
    ...SEND,
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([...SMALL_WORLD, account]),
  });
  expect(published.status).toBe(202);
  const body = JSON.stringify({ now: '2026-03-10T09:00:00Z' });
  expect((await fetch(`${herald.url}/v1/test-clock`, { ...SEND, headers: JSON_TYPE, body })).status).toBe(
    200,
  );
});
afterAll(() => herald.stop());

const folder = newFolder();
const ask = (...args: string[]) => cli(folder, 'coverage', '--url', herald.url, ...args);

describe('herald coverage', () => {
  it.each([['--solution'], ['--partner'], ['--rule'], ['--state']])(
    'without --date takes no %s: all that is missing would be taken for what was asked for',
    async (option) => {
      const { code, output } = await ask(option, 'undelivered');
      expect({ code, output }).toEqual({
        code: 2,
        output: expect.stringContaining(
          `${option} selects among the decisions of a date: give --date as well.`,
        ),
      });
    },
  );

  it('shows a table of rules and solutions, and whether anybody was missed', async () => {
    const { code, output } = await ask('--date', '2026-03-09');
    expect({ code, output }).toEqual({
      code: 0,
      output: `rule                      solution  expected  raised  withheld  sent  waiting  unknown  undelivered  shortfall
settings-update-required  acme             2       2         0     2        0        0            0          0

For 2026-03-09, 2 decisions are expected. 2 are recorded: 2 raised, 0 withheld. Nobody was missed.
`,
    });
  });

  it('shows what the hourly check has found missing, without a date', async () => {
    const { code, output } = await ask();
    expect(code).toBe(0);
    expect(output).toMatch(/^Nothing is missing\.\nChecked up to: \S+\n$/);
  });

  it('lists the names behind a count', async () => {
    const { code, output } = await ask(
      '--date',
      '2026-03-09',
      '--state',
      'sent',
      '--rule',
      'settings-update-required',
    );
    expect(code).toBe(0);
    expect(output.split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(
        /^2026-03-09T08:00:00.000Z {2}settings-update-required {2}nordlicht\/fb-1 {2}ada \(ada\) {2}accepted {2}[\w-]{36}$/,
      ),
      expect.stringMatching(/ben \(ben\)/),
    ]);
    expect(await ask('--date', '2026-03-09', '--state', 'shortfall')).toMatchObject({
      code: 0,
      output: 'None.\n',
    });
  });

  it('answers as JSON', async () => {
    const { output } = await ask(
      '--date',
      '2026-03-09',
      '--json',
      '--solution',
      'acme',
      '--partner',
      'nordlicht',
    );
    expect(JSON.parse(output)).toMatchObject({ date: '2026-03-09', counts: { expected: 2, shortfall: 0 } });
  });

  it('says what is wrong with a date', async () => {
    const { code, output } = await ask('--date', 'Monday');
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('Expected a date') });
  });
});
