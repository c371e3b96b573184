import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { cli, newFolder, start, until } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
let file: string;
let id: string;
beforeAll(async () => {
  herald = await start(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
  const account = anEvent('fb-1', 'social-account.connected', {
    ...{ accountId: 'fb-1', partnerId: 'nordlicht', network: 'facebook', kind: 'company', displayName: 'fb' },
    authorisationExpiresAt: '2026-03-20T12:00:00Z',
  });
  const post = (path: string, type: string, body: object) =>
    fetch(`${herald.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
  await post('/v1/events', 'application/cloudevents-batch+json', [...SMALL_WORLD, account]);
  await post('/v1/test-clock', 'application/json', { now: '2026-03-10T09:00:00Z' });
  const lines = await until(
    async () => (await ask('outbox')).output.split('\n').filter(Boolean),
    ({ length }) => length === 2,
  );
  file = lines[0]?.split('  ').at(-1) ?? '';
  id = file.slice(-40, -4);
});
afterAll(() => herald.stop());

const ask = (...args: string[]) => cli(folder, ...args, '--url', herald.url);

describe('herald templates', () => {
  it('lists every mail with its languages, and prints one', async () => {
    const { code, output } = await ask('templates');
    expect(code).toBe(0);
    expect(output).toMatch(/^account-expired {2}late {2}en, de {2}\S/m);
    const preview = await ask('templates', 'preview', 'account-expired', '--locale', 'de');
    expect(preview).toMatchObject({ code: 0, output: expect.stringContaining('Nordlicht Media GmbH') });
    const late = await ask(
      'templates',
      'preview',
      'account-expired',
      '--variant',
      'late',
      '--part',
      'source',
    );
    expect(late).toMatchObject({ code: 0, output: expect.stringMatching(/^From: Acme Partner Social/m) });
  });
});

describe('herald outbox and herald mail', () => {
  it('list the mails in the folder, and print one', async () => {
    expect(await readdir(join(folder, 'outbox'))).toContain(file);
    const shown = await ask('outbox', 'show', file, '--part', 'source');
    // The token by which reports about the mail are believed is not shown.
    const source = await readFile(join(folder, 'outbox', file), 'utf8');
    const token = /^X-Herald-Token: (\S+)/m.exec(source)?.[1] ?? '';
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(shown).toEqual({ code: 0, output: source.replaceAll(token, '*'.repeat(token.length)) });
    const json = JSON.parse((await ask('outbox', '--limit', '1', '--json')).output);
    expect(json).toMatchObject({ file, notificationId: id });
    const text = await ask('mail', id);
    expect(text.code).toBe(0);
    expect(text.output.trim()).toBe((await ask('outbox', 'show', file)).output.trim());
    expect(text.output).toContain('fb');
  });

  it('say what there is not', async () => {
    const { code, output } = await ask('outbox', 'show', '../secret.txt');
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining('[not-found]') });
  });
});
