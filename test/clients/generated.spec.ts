import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Instance, startInstance } from '../chaos/instance.js';
import { blocksOf, ROOT } from '../docs/pages.js';
import { isUnreachable, lastLines, run } from './run.js';
import { requireProgram, toolsOf } from './tools.js';

const PAGE = 'docs/clients.md';

let folder: string;
let herald: Instance;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-generated-'));
  herald = await startInstance(folder, { HERALD_CLOCK_START: '2026-03-02T06:00:00.000Z' });
  const before = blocksOf('docs/integrate.md').filter(
    ({ heading, kind }) => /^Try it/.test(heading) && kind === 'sh',
  );
  const script = before
    .map(({ text }) => text)
    .join('\n')
    .replaceAll('localhost:3000', new URL(herald.url).host);
  const ended = await run('bash', ['-euo', 'pipefail', '-c', `mkdir -p data/outbox\n${script}`], {
    cwd: folder,
  });
  expect(ended).toMatchObject({ ok: true });
});
afterAll(async () => {
  await herald.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a shell in a copy of the sample, with the tools of Python first. @returns what it printed. */
const shell = async (
  context: TestContext,
  sample: string,
  command: string,
  tools?: string,
): Promise<string> => {
  const { ok, output } = await run('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: join(folder, sample),
    env: {
      HERALD_URL: herald.url,
      PATH: tools ? `${tools}/bin:${process.env.PATH}` : process.env.PATH,
    },
  });
  if (!ok && isUnreachable(output)) context.skip(`${command}: ${lastLines(output, 1)}`);
  expect(ok, `${command}\n${output}`).toBe(true);
  return output;
};

/** Runs the commands that the page has below a heading. @returns what the last one printed. */
const follow = async (context: TestContext, sample: string, tools?: string): Promise<string> => {
  const heading = context.task.name;
  const [commands] = blocksOf(PAGE).filter(
    (block) => block.heading === heading && block.kind === 'sh manual',
  );
  const lines = commands?.text.replaceAll('http://localhost:3000', herald.url).split('\n') ?? [];
  expect(lines).toHaveLength(3);
  await cp(join(ROOT, 'samples/clients', sample), join(folder, sample), { recursive: true });
  let printed = '';
  for (const line of lines) printed = await shell(context, sample, line, tools);
  process.stdout.write(`${heading}\n${printed.trim()}\n`);
  return printed;
};

const PRINTED =
  /^published: accepted\nsettings-update-required to Greta: accepted\nbecause: .* less than 20; .*\n$/;

describe('The commands of docs/clients.md generate a client that compiles, publishes, lists and asks why, in', () => {
  it('TypeScript', async (context) => {
    await requireProgram(context, 'npm', '--version');
    expect(await follow(context, 'typescript')).toMatch(PRINTED);
  });

  it('Python', async (context) => {
    const tools = toolsOf('pythonTools', context);
    expect(await follow(context, 'python', tools)).toMatch(PRINTED);
    await shell(
      context,
      'python',
      'mypy --strict --follow-imports=silent herald_example.py && python -m compileall -q herald_api',
      tools,
    );
  });

  it('Go', async (context) => {
    await requireProgram(context, 'go', 'version');
    expect(await follow(context, 'go')).toMatch(PRINTED);
  });
});
