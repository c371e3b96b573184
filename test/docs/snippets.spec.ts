import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { newFolder, settingsIn, start } from '../replay/running.js';
import { type Block, blocksOf, pages, ROOT } from './pages.js';

// `sh` blocks run, one after the other, against an instance of their page's own; `sh manual` blocks need another server, a restart
// or a person. A `json answer` block is what the block before it printed last; … stands for anything. A block with the path of a
// sample is that file: clients.spec.ts compares them.
const KINDS = ['sh', 'sh manual', 'json answer', 'json event', 'json rules', 'text', 'mermaid'];

const isSample = (kind: string): boolean => /^(ts|python|go) samples\//.test(kind);

const run = promisify(execFile);

const START = '2026-03-02T06:00:00.000Z';

/** The pages whose blocks run, with the blocks of other pages that come before, and the time at which their instance starts. */
const RUN: readonly (readonly [page: string, start: string, before: readonly Block[]])[] = [
  ['docs/integrate.md', START, []],
  ['docs/audit.md', START, blocksOf('docs/integrate.md').filter(({ heading }) => /^Try it/.test(heading))],
  ['docs/operate.md', START, []],
  ['docs/access-log.md', START, []],
  ['docs/replay.md', START, blocksOf('docs/integrate.md').filter(({ heading }) => /^Try it/.test(heading))],
  ['docs/troubleshoot.md', START, []],
  ['samples/README.md', '2026-07-01T00:00:00.000Z', []],
];

const isRun = ({ kind }: Block): boolean => kind === 'sh';

/** A printer of this character divides what the blocks print. */
const DIVIDER = '\u001e';

/** Runs blocks in one shell, as somebody would who reads the page. @returns what each has printed. */
async function runAll(url: string, folder: string, blocks: readonly Block[]): Promise<readonly string[]> {
  await symlink(folder, `${folder}/data`);
  await symlink(`${ROOT}samples`, `${folder}/samples`);
  const script = blocks
    .map(({ text }) => text)
    .join(`\nprintf '${DIVIDER}'\n`)
    .replaceAll('npm run herald --', `'${process.execPath}' '${ROOT}dist/cli/main.js'`)
    .replaceAll('localhost:3000', new URL(url).host);
  const env = { ...process.env, ...settingsIn(folder), HERALD_URL: url };
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env });
  return stdout.split(DIVIDER);
}

/** The last line, which is JSON. */
const lastOf = (printed: string): unknown =>
  JSON.parse(printed.split('\n').findLast((line) => line.trim() !== '') ?? '');

/** What was printed, without what the page leaves out. */
function shownOf(actual: unknown, page: unknown): unknown {
  if (typeof page === 'string' && page.includes('…') && typeof actual === 'string') {
    const parts = page.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(actual) ? page : actual;
  }
  if (Array.isArray(page) && Array.isArray(actual)) {
    const isOpen = page.at(-1) === '…';
    const shown = isOpen ? actual.slice(0, page.length - 1) : actual;
    return [...shown.map((one, index) => shownOf(one, page[index])), ...(isOpen ? ['…'] : [])];
  }
  if (isRecord(page) && isRecord(actual))
    return Object.fromEntries(Object.keys(page).map((key) => [key, shownOf(actual[key], page[key])]));
  return actual;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe.each(RUN)('%s', (page, from, before) => {
  const blocks = blocksOf(page);
  const folder = newFolder();
  let herald: Herald;
  let printed: readonly string[];

  beforeAll(async () => {
    herald = await start(folder, { HERALD_CLOCK_START: from });
    const runnable = [...before, ...blocks].filter(isRun);
    printed = (await runAll(herald.url, folder, runnable)).slice(before.filter(isRun).length);
  });
  afterAll(() => herald.stop());

  const runnable = blocks.filter(isRun);
  const answers = blocks.flatMap((block, index) => {
    const asked = blocks[index - 1];
    return block.kind === 'json answer' && asked ? [{ asked, block }] : [];
  });

  it('has answers that are true', () => {
    for (const { asked, block } of answers) {
      const text = printed[runnable.indexOf(asked)] ?? '';
      const expected: unknown = JSON.parse(block.text);
      expect(shownOf(lastOf(text), expected), `${page}:${block.line}`).toEqual(expected);
    }
  });

  it('is refused only where it says so', () => {
    const refused = runnable.filter(
      (block, index) =>
        !answers.some(({ asked }) => asked === block) && /"code":|HTTP\/1\.1 [45]/.test(printed[index] ?? ''),
    );
    expect(refused.map(({ line }) => `${page}:${line}`)).toEqual([]);
  });

  it('has events that are accepted', async () => {
    for (const { text, line } of blocks.filter(({ kind }) => kind === 'json event')) {
      const response = await fetch(`${herald.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: text,
      });
      expect(await response.json(), `${page}:${line}`).toMatchObject({ status: 'accepted' });
    }
  });

  it('has parameters that what-if takes', async () => {
    for (const { text } of blocks.filter(({ kind }) => kind === 'json rules')) {
      const file = `${folder}/rules.json`;
      await writeFile(file, text);
      const span = ['--from', '2026-02-01T00:00:00Z', '--to', '2026-03-01T00:00:00Z', '--rules', file];
      const env = { ...process.env, ...settingsIn(folder) };
      const { stdout } = await run(process.execPath, [`${ROOT}dist/cli/main.js`, 'what-if', ...span], {
        env,
      });
      expect(stdout).toContain('settings-update-required');
    }
  });
});

const MARKED = pages.filter((page) => page === 'README.md' || page.includes('/'));

describe('README.md and the pages in folders', () => {
  it.each(MARKED)('%s says of each block what it is', (page) => {
    const unknown = blocksOf(page).filter(({ kind }) => !KINDS.includes(kind) && !isSample(kind));
    expect(unknown.map(({ line, kind }) => `${page}:${line}: ${kind}`)).toEqual([]);
  });

  it('have no block that looks as if it ran', () => {
    const listed = RUN.map(([page]) => page);
    const others = MARKED.filter((page) => !listed.includes(page));
    expect(
      others.flatMap((page) =>
        blocksOf(page)
          .filter(isRun)
          .map(({ line }) => `${page}:${line}`),
      ),
    ).toEqual([]);
  });
});

describe('README.md', () => {
  const [demo] = blocksOf('README.md').filter(({ kind }) => kind === 'text');
  const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

  it('shows what the demo prints', async () => {
    const { stdout } = await run(process.execPath, [`${ROOT}dist/demo/main.js`, '--once'], { cwd: ROOT });
    const lines = squeeze(stdout);
    const shown = (demo?.text ?? '').split('\n').filter((line) => line !== '…');
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.filter((line) => !lines.includes(squeeze(line.replace(/…$/, ''))))).toEqual([]);
  });
});
