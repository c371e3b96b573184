import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { type Instance, startInstance } from '../chaos/instance.js';
import { lastLines, run } from './run.js';
import { toolsOf } from './tools.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const KEY = 'the-key-of-an-admin-that-is-long-enough';

/** Alone on two cores it takes two minutes. */
const PATIENCE_MS = 900_000;

let folder: string;
let herald: Instance;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-schemathesis-'));
  const settings = {
    HERALD_CLOCK_START: START,
    HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
    HERALD_REQUESTS_PER_MINUTE: '1000000',
  };
  const open = await startInstance(folder, settings);
  // The examples of the description are of the eight weeks.
  await play(new Client(open.url));
  await open.stop();
  herald = await startInstance(folder, {
    ...settings,
    HERALD_ADMIN_KEY: KEY,
    // The hooks say which address a request comes from.
    HERALD_TRUSTED_PROXIES: '127.0.0.1',
  });
});
afterAll(async () => {
  await herald.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs schemathesis with all its checks, and prints how it ended. @returns what it printed. */
const attack = async (context: TestContext, ...args: readonly string[]): Promise<string> => {
  const schemathesis = join(toolsOf('pythonTools', context), 'bin/schemathesis');
  const config = ['--config-file', join(HERE, 'schemathesis.toml'), '--no-color'];
  const options = ['run', `${herald.url}/docs-json`, '--checks', 'all', ...args];
  const env = { SCHEMATHESIS_HOOKS: join(HERE, 'schemathesis_hooks.py'), PYTHONDONTWRITEBYTECODE: '1' };
  const { ok, output } = await run(schemathesis, [...config, ...options], {
    cwd: folder,
    env,
    timeout: PATIENCE_MS,
  });
  process.stdout.write(`${lastLines(output, 20)}\n`);
  expect(ok, output).toBe(true);
  return output;
};

describe('schemathesis finds no failure', { timeout: PATIENCE_MS + 10_000 }, () => {
  it('with the key of an admin', async (context) => {
    await attack(context, '--header', `Authorization: Bearer ${KEY}`);
  });

  it('without a credential', async (context) => {
    // Nearly everything is refused: few examples are enough.
    await attack(context, '--max-examples', '5');
  });
});
