import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { cli, newFolder, start } from '../replay/running.js';

let herald: Herald;
beforeAll(async () => {
  herald = await start(newFolder(), { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  const account = anEvent('fb-1', 'social-account.connected', {
    ...{ accountId: 'fb-1', partnerId: 'nordlicht', network: 'facebook', kind: 'company', displayName: 'fb' },
    authorisationExpiresAt: '2026-03-20T12:00:00Z',
  });
  const post = async (path: string, type: string, body: unknown) => {
    const headers = { 'content-type': type };
    const answer = await fetch(`${herald.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect([path, answer.ok]).toEqual([path, true]);
  };
  await post('/v1/events', 'application/cloudevents-batch+json', [...SMALL_WORLD, account]);
  await post('/v1/test-clock', 'application/json', { now: '2026-03-10T09:00:00Z' });
});
afterAll(() => herald.stop());

const folder = newFolder();
const ask = (...args: string[]) => cli(folder, ...args, '--url', herald.url);

describe('A command that shows', () => {
  it('what is planned at a partner, in its zone', async () => {
    const { code, output } = await ask('agenda', '--days', '30', '--partner', 'nordlicht');
    expect(code).toBe(0);
    expect(output).toContain(
      '2026-03-16T08:00:00.000Z  2026-03-16 09:00 Europe/Berlin  decision  settings-update-required  nordlicht/fb-1\n',
    );
    expect((await ask('agenda', '--partner', 'nobody')).output).toBe('Nothing is planned.\n');
  });

  it('every change of an account, newest first, as many as are asked for', async () => {
    const all = (await ask('changes', 'social-account', 'fb-1', '--limit', 'all')).output.trim().split('\n');
    expect(all.at(-1)).toMatch(
      / {2}SocialAccountConnected {2}platform \(fb-1 of .+\) {2}\{.*"accountId":"fb-1"/,
    );
    expect(all.length).toBeGreaterThan(2);
    const { code, output } = await ask('changes', 'social-account', 'fb-1', '--limit', '1');
    expect({ code, output }).toEqual({ code: 0, output: `${all[0]}\n` });
    expect(await ask('changes', 'partner', 'nobody')).toMatchObject({
      ...{ code: 2, output: expect.stringContaining('There is no partner nobody.') },
    });
  });

  it('that a decision is verified', async () => {
    const { items } = (await (await fetch(`${herald.url}/v1/notifications?decision=raised`)).json()) as {
      items: { notificationId: string }[];
    };
    const id = items[0]?.notificationId ?? '';
    const { code, output } = await ask('verify-decision', id);
    expect({ code, output }).toEqual({
      ...{ code: 0, output: expect.stringContaining('The decision comes out as it is on record.\n') },
    });
    expect(output).toContain('content-hash: the same\n');
    const json = JSON.parse((await ask('verify-decision', id, '--json')).output);
    expect(json).toMatchObject({ notificationId: id, verified: true });
  });

  it('settings and workers', async () => {
    const settings = await ask('settings');
    expect(settings.code).toBe(0);
    expect(settings.output).toContain('HERALD_CLOCK  test  ');
    expect(settings.output).toContain(
      'HERALD_STOP_WITHIN  9 (default)  The seconds that a shutdown may take.\n',
    );
    const workers = await ask('workers');
    expect(workers.code).toBe(0);
    expect(workers.output).toMatch(/^decisions: idle, 0 of \d+ in flight, \d+ processed/m);
    expect(workers.output).toContain('relay of email: works\n');
    expect(workers.output).toMatch(/^lease projection:history: this instance, token 1, renewed \d+ ms ago$/m);
    await fetch(`${herald.url}/v1/sending/hold`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ reason: 'A test' }),
    });
    expect(await ask('workers')).toMatchObject({
      code: 1,
      output: expect.stringContaining('delivery by email: held'),
    });
  });
});
