import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboundType } from '../../src/application/ingest/inbound-types.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { settingsIn } from '../replay/running.js';
import { sampleOf } from '../samples.js';
import { until } from '../until.js';

/** A part of every password. */
const CANARY = 'Canary7';
/** How often it must not show, in whichever way it is written. */
const SHOWN = new RegExp(`${CANARY}|${Buffer.from(CANARY).toString('base64').slice(0, 8)}`, 'i');

const root = mkdtempSync(join(tmpdir(), 'herald-canaries-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly output: string;
}

const program = (path: string) => new URL(`../../dist/${path}`, import.meta.url).pathname;
let runs = 0;

/** A process with these settings, to its end: what it prints. */
const run = async (
  settings: Readonly<Record<string, string>>,
  path: string,
  ...args: string[]
): Promise<Run> => {
  runs += 1;
  const folder = mkdtempSync(join(root, 'run-'));
  const env = { PATH: process.env.PATH, ...settings };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [program(path), ...args],
      { env, cwd: folder, timeout: 50_000 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, output: out + err }),
    ),
  );
};

/** Passwords as people write them by mistake. Each has a canary before and behind the character that breaks it. */
const MALFORMED_PASSWORDS = [
  '@',
  '/',
  ':',
  '%',
  '%zz',
  '%ff',
  ' ',
  '?',
  '#',
  '[',
  ']',
  '\\',
  '"',
  '|',
  '<',
  '\t',
  'ü',
].map((mistake) => `${CANARY}a${mistake}${CANARY}b`);
const SCHEMES: Readonly<Record<string, string>> = {
  HERALD_EVENT_STORE: 'esdb',
  HERALD_READ_MODELS: 'mongodb',
  HERALD_MAIL: 'smtp',
  HERALD_FEEDBACK_MAILBOX: 'imaps',
};
const MALFORMED: readonly (readonly [setting: string, value: string])[] = Object.entries(SCHEMES).flatMap(
  ([name, scheme]) =>
    [
      ...MALFORMED_PASSWORDS.map((password) => `${scheme}://user:${password}@store.invalid:2113/x`),
      ...MALFORMED_PASSWORDS.map((password) => `${scheme}://${password}:secret@store.invalid:2113/x`),
      `${scheme}://user:${CANARY}@store.invalid:99999`,
      `${scheme}://user:${CANARY}@store.invalid:x`,
      `${scheme}://user:${CANARY}@store.invalid:`,
      `${scheme}://user:${CANARY}@one,two,:3`,
      `${scheme}://user:${CANARY}@[::1`,
      `${scheme}://user:${CANARY}@[::x]`,
      `${scheme}://user:${CANARY}@`,
      `${scheme}://user:${CANARY}@store.invalid#x`,
      `${scheme}//user:${CANARY}@store.invalid`,
      `${scheme}:user:${CANARY}@store.invalid`,
      `user:${CANARY}@store.invalid`,
      `ftp://user:${CANARY}@store.invalid`,
      ` ${scheme}://user:${CANARY}@store.invalid`,
    ].map((value) => [name, value] as const),
);

const ADMIN_KEY = `${CANARY}-and-more-than-32-characters-of-a-key`;

const SECRETS = {
  HERALD_ADMIN_KEY: ADMIN_KEY,
  ...{ HERALD_OIDC_ISSUER: 'https://issuer.invalid', HERALD_OIDC_AUDIENCE: 'herald' },
  ...{ HERALD_OIDC_CLIENT_ID: 'console', HERALD_OIDC_CLIENT_SECRET: `${CANARY}-of-the-client` },
  HERALD_SECRET: `${CANARY}-and-more-than-32-characters-of-it`,
  HERALD_FEEDBACK_POSTMARK: `user:an-older-password-\nuser:${CANARY}-and-more-letters`,
  HERALD_FEEDBACK_STANDARD_SECRETS: `whsec_${Buffer.from(`${CANARY} and more than 24 bytes`).toString('base64')}`,
};

describe('Canary passwords show nowhere', () => {
  let store: EventStoreDouble;
  let relay: FaultySmtp;
  beforeAll(async () => {
    store = await new EventStoreDouble().start();
    // A server that quotes the login which it refuses, in clear and as it came.
    const quoted = Buffer.from(`${CANARY}-of-the-relay`).toString('base64');
    relay = await startFaultySmtp(
      ({ stage }) =>
        stage === 'password' ? { reply: `535 5.7.8 ${CANARY}-of-the-relay (${quoted}) is wrong` } : undefined,
      { auth: true },
    );
  });
  afterAll(async () => {
    await relay.close();
    await store.kill();
  });

  it('in what is refused of malformed settings', () => {
    const quoted: string[] = [];
    for (const [name, value] of MALFORMED)
      try {
        readConfig({ [name]: value });
        quoted.push(`taken: ${name}=${value}`);
      } catch (error) {
        const { message, stack } = error as Error;
        if (SHOWN.test(`${message}${stack}`)) quoted.push(`${name}=${value}: ${message}`);
      }
    expect(quoted).toEqual([]);
    process.stdout.write(
      `${MALFORMED.length} malformed settings with canaries were refused; none was quoted.\n`,
    );
  });

  it('in what a start and the doctor print of malformed settings', async () => {
    const outputs: string[] = [];
    const asked: string[] = [];
    const perSetting = MALFORMED.length / 4;
    // Each process gets one of every setting, so that all are refused at once.
    for (let n = 0; n < perSetting; n += 16) {
      const settings = Object.fromEntries(
        [0, 1, 2, 3].map((s) => MALFORMED[s * perSetting + n] as [string, string]),
      );
      const [start, command, doctor] = await Promise.all([
        run(settings, 'main.js'),
        run(
          { ...settings, HERALD_KEY: ADMIN_KEY },
          'cli/main.js',
          'projections',
          '--url',
          'http://127.0.0.1:1',
        ),
        run(settings, 'cli/main.js', 'doctor'),
      ]);
      expect([start.code, command.code, doctor.code]).toEqual([1, 2, 1]);
      outputs.push(start.output, doctor.output);
      asked.push(command.output);
    }
    expect([...outputs, ...asked].filter((output) => SHOWN.test(output))).toEqual([]);
    expect(outputs.every((output) => output.includes('HERALD_MAIL'))).toBe(true);
  }, 300_000);

  const away = (host: string, settings: Readonly<Record<string, string>> = {}) => ({
    HERALD_EVENT_STORE: `esdb://user:${CANARY}%40store@${host}:1?tls=false`,
    HERALD_READ_MODELS: `mongodb://user:${CANARY}%2Fmodels@${host}:1,${host}:2/herald?serverSelectionTimeoutMS=300`,
    HERALD_MAIL: `smtp://user:${CANARY}%3Amail@${host}:1`,
    HERALD_FEEDBACK_MAILBOX: `imaps://user:${CANARY}%25mailbox@${host}:1`,
    HERALD_INBOX: 'inbox',
    HERALD_LOG_LEVEL: 'debug',
    ...SECRETS,
    ...settings,
  });

  it.each([
    ['refuse connections', away('127.0.0.1')],
    ['have no address', away('store.invalid')],
    ['have an IPv6 address', away('127.0.0.1', { HERALD_MAIL: `smtps://user:${CANARY}@[::1]:1` })],
    [
      'are given as files',
      Object.fromEntries(
        Object.entries(away('127.0.0.1')).map(([name, value], index) => {
          if (!(name in SCHEMES)) return [name, value];
          const file = join(root, `secret-${index}`);
          writeFileSync(file, `${value}\n`);
          chmodSync(file, 0o600);
          return [`${name}_FILE`, file];
        }),
      ),
    ],
  ])(
    'in what any program prints about stores and servers that %s',
    async (_, settings) => {
      const results = await Promise.all([
        run(settings, 'main.js'),
        run(settings, 'cli/main.js', 'doctor'),
        run(settings, 'cli/main.js', 'verify'),
        run(settings, 'cli/main.js', 'inbox', 'parked'),
        run(
          settings,
          'cli/main.js',
          'what-if',
          '--from',
          '2026-01-01T00:00:00Z',
          '--to',
          '2026-02-01T00:00:00Z',
        ),
        run(
          { ...settings, FROM: away('127.0.0.1').HERALD_EVENT_STORE },
          'cli/main.js',
          'migrate',
          '--from-env',
          'FROM',
          '--to',
          'sqlite:x',
        ),
      ]);
      expect(results.map(({ code }) => code === 0)).toEqual(results.map(() => false));
      expect(results.filter(({ output }) => SHOWN.test(output))).toEqual([]);
    },
    120_000,
  );

  it('in the log, the answers, the health and the metrics of an instance whose relay quotes its password', async () => {
    const folder = mkdtempSync(join(root, 'instance-'));
    const child = spawn(process.execPath, [program('main.js')], {
      env: {
        PATH: process.env.PATH,
        ...settingsIn(folder),
        ...away('127.0.0.1'),
        HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
        HERALD_EVENT_STORE: store.url.replace('//', `//user:${CANARY}%40store@`),
        HERALD_MAIL: `smtp://user:${CANARY}-of-the-relay@127.0.0.1:${relay.port}?tls=optional`,
        HERALD_CLOCK_START: '2026-03-02T09:00:00Z',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        output += data;
      });
    const url = await until(
      async () => /"url":"([^"]+)"/.exec(output)?.[1],
      (found) => found !== undefined || child.exitCode !== null,
    );
    expect(url, output).toBeDefined();
    const answers: string[] = [];
    const ask = async (path: string, init?: RequestInit) => {
      const headers = { ...init?.headers, authorization: `Bearer ${ADMIN_KEY}` };
      const response = await fetch(`${url}${path}`, { ...init, headers });
      const text = await response.text();
      answers.push(`${path} ${text}`);
      return text;
    };
    const publish = (name: string, data: object) => {
      const sample = sampleOf(`herald.${name}.v1` as InboundType);
      return ask('/v1/events', {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({ ...sample, time: '2026-03-02T08:00:00Z', data: { ...sample.data, ...data } }),
      });
    };
    const ids = { solutionId: 'aurora', partnerId: 'linden', userId: 'greta', accountId: 'page' };
    await publish('solution.configured', { solutionId: ids.solutionId });
    await publish('partner.registered', { solutionId: ids.solutionId, partnerId: ids.partnerId });
    await publish('partner-user.added', { userId: ids.userId, partnerId: ids.partnerId, role: 'admin' });
    await publish('social-account.connected', {
      accountId: ids.accountId,
      partnerId: ids.partnerId,
      kind: 'company',
      ownerId: undefined,
    });
    await publish('social-account.token-invalidated', { accountId: ids.accountId });
    await until(
      () => ask('/health'),
      (health) => health.includes('is wrong') || health.includes('mail server'),
    );
    const paths = [
      '/health',
      '/health/ready',
      '/metrics',
      '/v1/notifications',
      '/v1/sending',
      '/v1/projections',
      '/docs-json',
    ];
    for (const path of paths) await ask(path);
    const [sent] = (JSON.parse(await ask('/v1/notifications')) as { items: { notificationId: string }[] })
      .items;
    for (const part of ['', '/why', '/mail']) await ask(`/v1/notifications/${sent?.notificationId}${part}`);
    await store.kill();
    await ask('/v1/partners/x');
    await publish('partner.registered', { partnerId: 'another' });
    await ask('/health');
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(output).toContain('is wrong');
    expect(answers.filter((answer) => SHOWN.test(answer))).toEqual([]);
    expect(output.split('\n').filter((line) => SHOWN.test(line))).toEqual([]);
    process.stdout.write(
      `${answers.length} answers, ${output.split('\n').length} log lines and ${runs} programs show no canary.\n`,
    );
  }, 300_000);
});
