import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestHerald, type TestHerald } from '../http/herald.js';

const CLI = new URL('../../dist/cli/main.js', import.meta.url).pathname;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = async (settings: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run> => {
  const env = { PATH: process.env.PATH, ...settings };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Run;
    return { code, stdout, stderr };
  }
};

let herald: TestHerald | undefined;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-keys-'));
});
afterEach(async () => {
  await herald?.stop();
  herald = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Settings of an instance in the folder. */
const stores = () => ({
  HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
  HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
  HERALD_SECRET_FILE: `${folder}/secret.txt`,
  HERALD_CLOCK: 'test',
  HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z',
  HERALD_CLOCK_FILE: `${folder}/test-clock.txt`,
});

describe('herald keys', () => {
  it('says that nobody can manage keys if the first one cannot, and creates one that can', async () => {
    const started = await startTestHerald(stores());
    herald = started;
    const publisher = ['keys', 'create', '--role', 'publisher', '--solution', 'aurora', '--expires', '90d'];
    const first = await run({ HERALD_URL: started.url }, ...publisher);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hk_/) });
    expect(first.stderr).toContain('herald keys create --role admin --offline');
    expect(await run({ HERALD_URL: started.url }, 'keys', 'list')).toMatchObject({ code: 2 });
    const admin = await run(stores(), 'keys', 'create', '--role', 'admin', '--offline');
    const list = async () =>
      (await run({ HERALD_URL: started.url, HERALD_KEY: admin.stdout.trim() }, 'keys', 'list')).stdout;
    await expect.poll(list).toContain('aurora');
  });

  it('creates, lists, rotates and revokes keys, with the key in HERALD_KEY or HERALD_KEY_FILE', async () => {
    const started = await startTestHerald();
    herald = started;
    const { admin } = await started.withKeys({});
    await writeFile(`${folder}/key`, `${admin.key}\n`, { mode: 0o600 });
    const as = { HERALD_URL: started.url, HERALD_KEY: admin.key };
    const created = await run(
      { HERALD_URL: started.url, HERALD_KEY_FILE: `${folder}/key` },
      ...['keys', 'create', '--role', 'publisher', '--solution', 'aurora', '--expires', '90d'],
    );
    expect(created).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^hk_[0-9a-f]{16}_[\w-]{43}\n$/) },
      stderr: expect.stringContaining('publisher for aurora, valid until 2026-05-31T09:00:00.000Z'),
    });
    const [, id = ''] = created.stdout.split('_');
    const listed = await run(as, 'keys', 'list');
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} +publisher +aurora +valid +2026-05-31T09.*publisher for aurora$`, 'm'),
    );
    const asJson = (await run(as, 'keys', 'list', '--json')).stdout.trim().split('\n');
    expect(asJson.map((line) => (JSON.parse(line) as { id: string }).id)).toContain(id);
    const rotated = await run(as, 'keys', 'rotate', id, '--overlap', '2h', '--expires', 'never');
    expect(rotated).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining(`hk_${id}_`) },
      stderr: expect.stringContaining('The old secret is valid until 2026-03-02T11:00:00.000Z'),
    });
    const revoked = await run(as, 'keys', 'revoke', id, '--json');
    expect(JSON.parse(revoked.stdout)).toMatchObject({ id, status: 'revoked' });
  });

  it('says why a command is refused, and never shows the key', async () => {
    const started = await startTestHerald();
    herald = started;
    const { auditor } = await started.withKeys({ auditor: { role: 'auditor' } });
    const url = { HERALD_URL: started.url };
    const without = await run(url, 'projections');
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('credential-missing') });
    const refused = await run({ ...url, HERALD_KEY: auditor.key }, 'keys', 'list');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('permission-missing') });
    const both = await run({ ...url, HERALD_KEY: auditor.key, HERALD_KEY_FILE: 'x' }, 'keys', 'list');
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('not both') });
    const broken = await run({ ...url, HERALD_KEY: `${auditor.key} x` }, 'keys', 'list');
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('HERALD_KEY') });
    for (const { stdout, stderr } of [refused, both, broken])
      expect(stdout + stderr).not.toContain(auditor.key.slice(-43));
    const soon = await run(url, 'keys', 'create', '--role', 'auditor', '--expires', 'soon');
    expect(soon).toMatchObject({ code: 2, stderr: expect.stringContaining('invalid-option') });
  });

  it('creates the first key without an instance, and one that runs accepts it', async () => {
    const first = await run(stores(), 'keys', 'create', '--role', 'admin', '--offline');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hk_/) });
    const started = await startTestHerald({ ...stores(), HERALD_HOST: '0.0.0.0' });
    herald = started;
    expect(await started.clientWith(first.stdout.trim()).get('/v1/keys')).toMatchObject({ status: 200 });
    const second = await run(stores(), 'keys', 'create', '--role', 'auditor', '--offline');
    const ask = async () => (await started.clientWith(second.stdout.trim()).get('/v1/people')).status;
    await expect.poll(ask).toBe(200);
  });
});
