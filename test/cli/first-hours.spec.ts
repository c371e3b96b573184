import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, cliWith, newFolder, settingsIn, start, until } from '../replay/running.js';

const running: ChildProcess[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.close();
});

/** A program of its own, in a folder of its own. */
const run = (folder: string, settings: Record<string, string>, script: string, ...args: string[]) => {
  const file = new URL(`../../dist/${script}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], {
    cwd: folder,
    env: { ...process.env, ...settings },
  });
  running.push(child);
  const told = { output: '', errors: '' };
  child.stdout.on('data', (text) => {
    told.output += text;
  });
  child.stderr.on('data', (text) => {
    told.errors += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...told }));
  return { told, ended, child };
};

const usedPort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return String(typeof address === 'object' && address?.port);
};

/** A port that was free a moment ago. */
const freePort = async (): Promise<string> => {
  const port = await usedPort();
  const server = servers.pop();
  server?.close();
  return port;
};

const modesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => (statSync(join(folder, path)).mode & 0o077) !== 0);

describe('a port that is in use ends with one sentence', () => {
  it.each([
    ['the service', 'main.js', []],
    ['the demo', 'demo/main.js', []],
    ['the demo that ends by itself', 'demo/main.js', ['--once']],
  ])('%s', async (_, script, args) => {
    const folder = newFolder();
    const port = await usedPort();
    const settings = script === 'main.js' ? settingsIn(folder) : {};
    const { code, errors } = await run(folder, { ...settings, HERALD_PORT: port }, script, ...args).ended;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `herald: Another program listens on 127.0.0.1:${port}: set HERALD_PORT to a free port, or end that program. [address-in-use]\n`,
    });
  });

  it('and so does an address that is not of this machine', async () => {
    const folder = newFolder();
    const settings = settingsIn(folder, {
      HERALD_HOST: '192.0.2.1',
      HERALD_ADMIN_KEY: 'a-key-of-at-least-32-random-characters',
    });
    const { code, errors } = await run(folder, settings, 'main.js').ended;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(/^herald: Herald cannot listen on 192\.0\.2\.1.* set HERALD_HOST.*\n$/),
    });
  });
});

it('a start that is refused ends with a line in the log, with its reason, and one sentence', async () => {
  const inUse = await usedPort();
  for (const [setting, value, code] of [
    ['HERALD_PORT', inUse, 'address-in-use'],
    ['HERALD_CLOCK', 'sundial', 'invalid-configuration'],
  ] as const) {
    const settings = { ...settingsIn(newFolder()), HERALD_LOG_LEVEL: 'error', [setting]: value };
    const told = await run(newFolder(), settings, 'main.js').ended;
    expect(told).toMatchObject({ code: 1, errors: expect.stringMatching(new RegExp(`\\[${code}\\]\n$`)) });
    expect(JSON.parse(told.output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      ...{ level: 'error', msg: 'Herald does not start', code },
      reason: expect.stringContaining(setting),
    });
  }
});

describe('the demo', () => {
  it('is not touched by a second one, and its files are for their owner alone', async () => {
    const folder = newFolder();
    const port = await freePort();
    const first = run(folder, { HERALD_PORT: port }, 'demo/main.js');
    await until(
      async () => first.told,
      ({ output }) => output.includes('Ctrl-C ends it.'),
    );
    const mails = readdirSync(join(folder, 'data/demo/outbox'));
    expect(mails.length).toBeGreaterThan(0);

    const second = await run(folder, { HERALD_PORT: '0' }, 'demo/main.js').ended;
    expect(second).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^herald: A demo is already running in this folder.*--once.*\n$/),
    });
    const third = await run(folder, {}, 'demo/main.js', '--once').ended;
    expect(third).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('mails were sent') });

    expect(readdirSync(join(folder, 'data/demo/outbox'))).toEqual(mails);
    expect((await ask(`http://localhost:${port}`, '/v1/notifications')).status).toBe(200);
    expect(modesIn(folder)).toEqual([]);

    first.child.kill('SIGKILL');
    await first.ended;
    const next = run(folder, { HERALD_PORT: '0' }, 'demo/main.js');
    await until(
      async () => next.told,
      ({ output }) => output.includes('Herald runs at'),
    );
  });
});

describe('the service', () => {
  const listening = { HERALD_LOG_LEVEL: 'info' };
  const linesOf = (output: string) =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: number | string; msg: string });

  it('starts among the variables of a Kubernetes Service that is named herald, and says so once', async () => {
    const folder = newFolder();
    const { HERALD_PORT: _, ...settings } = settingsIn(folder, listening);
    const links = {
      HERALD_SERVICE_HOST: '10.0.0.1',
      HERALD_SERVICE_PORT: '3000',
      HERALD_SERVICE_PORT_HTTP: '3000',
      HERALD_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
      HERALD_PORT_3000_TCP_ADDR: '10.0.0.1',
    };
    const { told } = run(folder, { ...settings, ...links, HERALD_PORT: '0' }, 'main.js');
    await until(
      async () => told,
      ({ output }) => output.includes('listening'),
    );
    expect(linesOf(told.output).filter(({ msg }) => msg.includes('Kubernetes'))).toHaveLength(1);
  });

  it('says at its start that recipients cannot reach this machine', async () => {
    const folder = newFolder();
    const settings = settingsIn(folder, { ...listening, HERALD_MAIL: 'smtp://127.0.0.1:1' });
    const { told } = run(folder, settings, 'main.js');
    await until(
      async () => told,
      ({ output }) => output.includes('listening'),
    );
    expect(linesOf(told.output).filter(({ msg }) => msg.includes('HERALD_PUBLIC_URL'))).toHaveLength(1);
  });

  it('does not start with an empty secret file', async () => {
    const folder = newFolder();
    const settings = settingsIn(folder);
    writeFileSync(settings.HERALD_SECRET_FILE as string, '', { mode: 0o600 });
    const { code, errors } = await run(folder, settings, 'main.js').ended;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(
        /^herald: The secret file .*secret\.txt holds fewer than 32 characters.*\n$/,
      ),
    });
  });
});

describe('herald doctor', () => {
  it('reports links that recipients cannot open', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const smtp = { HERALD_MAIL: 'smtp://127.0.0.1:1' };
    expect((await cliWith(folder, smtp, 'doctor')).output).toMatch(
      /^WRONG public address .*HERALD_PUBLIC_URL/m,
    );
    expect((await cliWith(folder, { ...smtp, HERALD_CLOCK: 'test' }, 'doctor')).output).toMatch(
      /^look {2}public address .*HERALD_PUBLIC_URL/m,
    );
  });

  it.runIf(process.getuid)('reports files that other users may read', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const file = join(folder, 'events.db');
    const settings = { HERALD_SECRET: 'x'.repeat(32) };
    const kept = [file, join(folder, 'read-models')];
    for (const path of kept) chmodSync(path, 0o755);
    expect((await cliWith(folder, settings, 'doctor')).output).toMatch(
      /^look {2}files .*chmod -R go= \/.*events\.db/m,
    );
    chmodSync(file, 0o600);
    chmodSync(join(folder, 'read-models'), 0o700);
    expect((await cliWith(folder, settings, 'doctor')).output).toMatch(/^ok {4}files/m);
  });
});
