import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/options.js';

const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-options-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('Options of a program without commands', () => {
  it.each([
    [[], []],
    [['--once'], ['once']],
    [
      ['--help', '--once'],
      ['help', 'once'],
    ],
    [['--once', '--'], ['once']],
  ])('%j', (args, given) => {
    expect([...optionsOf(['once', 'help'], args)]).toEqual(given);
  });

  it.each([['--bogus'], ['once'], ['-h'], ['--once=no'], ['--help', '--twice']])('refuses %j', (...args) => {
    expect(() => optionsOf(['once', 'help'], args)).toThrow(
      `"${args.at(-1)}" is not known here. Leave it out. Known: --once, --help.`,
    );
  });

  it.each(['main.js', 'demo/main.js'])(
    '%s with an option that it does not know does not start',
    async (program) => {
      const started = run(process.execPath, [resolve('dist', program), '--bogus'], { cwd: folder });
      await expect(started).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^herald: "--bogus" is not known here\. .* \[invalid-option\]\n$/),
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('also tells whoever collects the log of the instance', async () => {
    const started = run(process.execPath, [resolve('dist/main.js'), '--bogus'], { cwd: folder });
    const { stdout } = await started.catch((error: { readonly stdout: string }) => error);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'invalid-option', msg: 'Herald does not start' });
  });

  it.each(['main.js', 'demo/main.js'])('%s --help says what it does, and does not start', async (program) => {
    const { stdout } = await run(process.execPath, [resolve('dist', program), '--help'], { cwd: folder });
    expect(stdout).toMatch(/^(Usage: npm start|npm run demo)/);
    expect(await readdir(folder)).toEqual([]);
  });
});
