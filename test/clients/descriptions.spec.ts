import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstance } from '../chaos/instance.js';
import { run } from './run.js';
import { requireProgram, toolsOf } from './tools.js';

type Json = Readonly<Record<string, unknown>>;

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let folder: string;
let openApi: Json;
let asyncApi: Json;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-descriptions-'));
  const herald = await startInstance(folder);
  openApi = await herald.get<Json>('/docs-json');
  asyncApi = await herald.get<Json>('/asyncapi.json');
  await herald.stop();
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApi));
  await writeFile(join(folder, 'asyncapi.json'), JSON.stringify(asyncApi));
  const patterns = new Set([...patternsIn(openApi), ...patternsIn(asyncApi)]);
  expect(patterns.size).toBeGreaterThan(5);
  await writeFile(join(folder, 'patterns.txt'), [...patterns].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const patternsIn = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, child]) =>
    key === 'pattern' && typeof child === 'string' ? [child] : patternsIn(child),
  );
};

/** Loads a package of the tools, which are not installed in this repository. */
const load = async <T>(tools: string, name: string): Promise<T> =>
  (await import(createRequire(join(tools, 'package.json')).resolve(name))) as T;

const print = (text: string) => process.stdout.write(`${text}\n`);

describe('the OpenAPI document', () => {
  interface Validator {
    readonly version: string;
    validate(document: Json): Promise<{ readonly valid: boolean; readonly errors?: unknown }>;
  }

  it('is OpenAPI 3.1', async (context) => {
    const name = '@seriousme/openapi-schema-validator';
    const { Validator } = await load<{ Validator: new () => Validator }>(toolsOf('nodeTools', context), name);
    const validator = new Validator();
    expect(await validator.validate(openApi)).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has nothing that a linter calls an error', async (context) => {
    const redocly = join(toolsOf('nodeTools', context), 'node_modules/.bin/redocly');
    const options = ['--config', file('redocly.yaml'), '--format', 'json', '--max-problems', '1000'];
    const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { output } = await run(redocly, ['lint', join(folder, 'openapi.json'), ...options], { env });
    const { totals, problems } = JSON.parse(
      output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1),
    ) as {
      readonly totals: { readonly errors: number; readonly warnings: number };
      readonly problems: readonly Json[];
    };
    print(`redocly: ${totals.errors} errors, ${totals.warnings} warnings`);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  interface Parser {
    parse(text: string): Promise<{ readonly document?: unknown; readonly diagnostics: readonly Json[] }>;
  }

  it('is read by the parser of AsyncAPI, without an error or a warning', async (context) => {
    const { Parser } = await load<{ Parser: new () => Parser }>(
      toolsOf('nodeTools', context),
      '@asyncapi/parser',
    );
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi));
    expect(document).toBeDefined();
    // 0 is an error, 1 a warning, 2 information such as that there is a newer version of AsyncAPI.
    expect(diagnostics.filter(({ severity }) => Number(severity) < 2)).toEqual([]);
  });

  it('has examples that Python finds valid against their schemas', async (context) => {
    const python = join(toolsOf('pythonTools', context), 'bin/python');
    const checked = await run(python, [file('check_examples.py'), join(folder, 'asyncapi.json')]);
    print(checked.output.trim());
    expect(checked).toMatchObject({ ok: true, output: expect.stringContaining('18 examples') });
  });
});

describe('the patterns of both documents', () => {
  const read = expect.stringMatching(/\d+ patterns/);

  it('are read by Python', async (context) => {
    const python = join(toolsOf('pythonTools', context), 'bin/python');
    const script =
      'import re,sys; all=[re.compile(line.rstrip("\\n")) for line in open(sys.argv[1])]; print(len(all), "patterns")';
    expect(await run(python, ['-c', script, join(folder, 'patterns.txt')])).toMatchObject({
      ok: true,
      output: read,
    });
  });

  it('are read by Go', async (context) => {
    await requireProgram(context, 'go', 'version');
    const args = ['run', file('patterns.go'), join(folder, 'patterns.txt')];
    expect(await run('go', args)).toMatchObject({ ok: true, output: read });
  });

  it('are read by Java', async (context) => {
    await requireProgram(context, 'javac', '-version');
    const args = [file('Patterns.java'), join(folder, 'patterns.txt')];
    expect(await run('java', args)).toMatchObject({ ok: true, output: read });
  });
});
