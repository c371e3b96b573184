import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEYS_STREAM } from '../../src/application/access/api-key-registry.js';
import {
  aboutAccess,
  aboutPublicUrl,
  aboutSecrets,
  aboutTransport,
} from '../../src/cli/doctor/doctor-security.js';
import type { Finding } from '../../src/cli/doctor/doctor-stores.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happened } from '../contract/events.js';
import { cli, cliWith, newFolder, start } from '../replay/running.js';
import { sampleOf } from '../samples.js';

const transport = (settings: Record<string, string>, environment = {}): readonly Finding[] => [
  ...aboutTransport(readConfig(settings), environment),
];
const ENCRYPTED = [['ok', 'encryption', expect.any(String)]];

describe('The doctor', () => {
  it.each([
    ['look', 'HERALD_EVENT_STORE', 'esdb://one:2113,two:2113?tls=false', /remove tls=false/],
    [
      'WRONG',
      'HERALD_EVENT_STORE',
      'esdb://admin:changeit@one:2113?tls=false',
      /the password.*remove tls=false/,
    ],
    ['look', 'HERALD_READ_MODELS', 'mongodb://one,two/herald?replicaSet=rs0', /add tls=true/],
    ['WRONG', 'HERALD_READ_MODELS', 'mongodb://u:changeit@one/herald', /add tls=true/],
    ['WRONG', 'HERALD_READ_MODELS', 'mongodb://u:changeit@127.0.0.1,one/herald', /add tls=true/],
    ['WRONG', 'HERALD_READ_MODELS', 'mongodb+srv://u:changeit@one.example/x?tlsInsecure=true', /not checked/],
    ['look', 'HERALD_MAIL', 'smtp://mail.example', /add tls=required/],
    ['WRONG', 'HERALD_MAIL', 'smtp://u:changeit@mail.example?tls=optional', /add tls=required/],
    [
      'WRONG',
      'HERALD_FEEDBACK_MAILBOX',
      'imap://u:changeit@mail.example?tls=optional',
      /remove tls=optional/,
    ],
  ] as const)(
    'says %s, and what to do, of a connection without encryption: %s=%s',
    (mark, name, url, says) => {
      expect(transport({ [name]: url })).toEqual([[mark, 'encryption', expect.stringMatching(says)]]);
      expect(transport({ [name]: url })[0]?.[2]).toContain(name);
      expect(JSON.stringify(transport({ [name]: url }))).not.toContain('changeit');
    },
  );

  it.each([
    ['HERALD_EVENT_STORE', 'esdb://admin:changeit@one:2113'],
    ['HERALD_EVENT_STORE', 'esdb://localhost:2113?tls=false'],
    ['HERALD_READ_MODELS', 'mongodb://u:changeit@one/herald?tls=true'],
    ['HERALD_READ_MODELS', 'mongodb+srv://u:changeit@one.example/herald'],
    ['HERALD_READ_MODELS', 'mongodb://127.0.0.1:27017,[::1]:27018/herald'],
    ['HERALD_READ_MODELS', 'mongodb://%2Ftmp%2Fmongodb-27017.sock/herald'],
    ['HERALD_MAIL', 'smtp://u:changeit@mail.example'],
    ['HERALD_MAIL', 'smtps://mail.example'],
    ['HERALD_MAIL', 'smtp://localhost:1025'],
    ['HERALD_FEEDBACK_MAILBOX', 'imap://u:changeit@mail.example'],
  ])('finds nothing where a connection is encrypted, or stays on this machine: %s=%s', (name, url) => {
    expect(transport({ [name]: url })).toEqual(ENCRYPTED);
  });

  it('reports a process that checks no certificate', () => {
    expect(transport({}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })[0]).toEqual([
      'WRONG',
      'encryption',
      expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    ]);
  });

  it('reports short passwords and regular secrets, and shows none', () => {
    const findings = [
      ...aboutSecrets(
        readConfig({
          HERALD_MAIL: 'smtp://u:changeit@mail.example',
          HERALD_READ_MODELS: 'mongodb://u:twelve-chars@one/herald',
          HERALD_SECRET: 'aaaabbbbccccddddaaaabbbbccccdddd',
        }),
      ),
    ];
    expect(findings).toEqual([
      ['look', 'secrets', expect.stringMatching(/HERALD_MAIL has fewer than 12/)],
      ['look', 'secrets', expect.stringMatching(/HERALD_SECRET has few different.*openssl rand/)],
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/changeit|aaaabbbb/);
    expect([...aboutSecrets(readConfig({ HERALD_MAIL: 'smtp://u:twelve-chars@x' }))]).toEqual([
      ['ok', 'secrets', 'none is short'],
    ]);
  });

  const KEY = 'a-key-of-an-admin-with-more-than-32-letters';
  it.each([
    [{ HERALD_HOST: '127.0.0.1' }, 'ok', 'look'],
    [{ HERALD_HOST: '::1' }, 'ok', 'look'],
    [{ HERALD_HOST: 'localhost' }, 'ok', 'look'],
    [{ HERALD_HOST: 'localhost', HERALD_ADMIN_KEY: KEY }, 'ok', 'ok'],
    [{ HERALD_HOST: '0.0.0.0' }, 'look', 'WRONG'],
    [{ HERALD_HOST: '::' }, 'look', 'WRONG'],
    [{ HERALD_HOST: '10.0.0.5' }, 'look', 'WRONG'],
    [{ HERALD_HOST: '10.0.0.5', HERALD_ADMIN_KEY: KEY }, 'look', 'ok'],
  ])('says who reaches the API, and who may use it: %j', async (settings, reached, used) => {
    const log = new SqliteEventStore({ file: join(newFolder(), 'events.db') });
    const ask = async () => {
      const marks: string[] = [];
      for await (const [mark, what] of aboutAccess(readConfig(settings), log)) marks.push(`${mark} ${what}`);
      return marks;
    };
    expect(await ask()).toEqual([`${reached} listening`, `${used} access`]);
    await log.append(KEYS_STREAM, [happened({})], 'no-stream');
    expect(await ask()).toEqual([`${reached} listening`, 'ok access']);
    await log.close();
  });

  it.each([
    [{}, 'look', /HERALD_PUBLIC_URL=https/],
    [{ HERALD_MAIL: 'smtp://mail.example' }, 'WRONG', /Set HERALD_PUBLIC_URL/],
    [{ HERALD_MAIL: 'smtp://mail.example', HERALD_PUBLIC_URL: 'http://herald.example' }, 'look', /https/],
    [
      { HERALD_MAIL: 'smtp://mail.example', HERALD_PUBLIC_URL: 'https://10.0.0.5' },
      'look',
      /outside of this/,
    ],
  ] as const)('looks at the public address: %j', (settings, mark, says) => {
    expect([...aboutPublicUrl(readConfig(settings))]).toEqual([
      [mark, 'public address', expect.stringMatching(says)],
    ]);
  });

  it('reports a folder whose content others can replace', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    chmodSync(folder, 0o777);
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}files .*chmod go-w/m);
    chmodSync(folder, 0o755);
    expect((await cli(folder, 'doctor')).output).not.toMatch(/chmod go-w/);
  });

  it('reports a mailbox that cannot be opened', async () => {
    const settings = { HERALD_FEEDBACK_MAILBOX: 'imaps://u:changeit-to-this@127.0.0.1:1' };
    const { code, output } = await cliWith(newFolder(), settings, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}mailbox .*ECONNREFUSED/m);
    expect(output).not.toContain('changeit');
  });

  it('says that any domain may be used, or which solution uses one that it may not', async () => {
    const folder = newFolder();
    const herald = await start(folder);
    const sample = sampleOf('herald.solution.configured.v1');
    const response = await fetch(`${herald.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ ...sample, time: '2026-01-05T05:00:00Z' }),
    });
    expect(response.status).toBe(202);
    await herald.stop();
    const any = await cli(folder, 'doctor');
    expect(any.output).toMatch(/^look {2}sender domains .*HERALD_SENDER_DOMAINS/m);
    expect(any.output).toMatch(/^look {2}link domains .*HERALD_LINK_DOMAINS/m);
    const limited = { HERALD_SENDER_DOMAINS: 'other.example', HERALD_LINK_DOMAINS: '*.example' };
    const { code, output } = await cliWith(folder, limited, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}domains .*sender\.address: .*HERALD_SENDER_DOMAINS/m);
    expect(output).not.toMatch(/^WRONG {1}domains .*baseUrl/m);
  });
});
