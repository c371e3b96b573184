import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/error-codes.js';
import { statusOf, typeOf } from '../../src/infrastructure/http/problems/problem.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { filesIn, read } from './pages.js';

interface Entry {
  readonly code: string;
  /** Undefined: no request is answered with it. */
  readonly status: number | undefined;
  readonly meaning: string;
  readonly next: string;
}

/** The entries of docs/errors.md. */
const ENTRIES: readonly Entry[] = read('docs/errors.md')
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [code = '', ...lines] = section.split(/^## /m)[0]?.trim().split('\n') ?? [];
    const [meaning = '', next = ''] = lines.join(' ').split('**Next:**');
    const status = /\*\*Status (\d{3})\.\*\*/.exec(meaning)?.[1];
    return { code, status: status ? Number(status) : undefined, meaning: meaning.trim(), next: next.trim() };
  });

/** All of src but the list of codes and the texts and statuses about them. */
const SOURCES = filesIn('src', '.ts')
  .filter((file) => !/\.spec\.ts$|\/(error-codes|problem)\.ts$/.test(file))
  .map(read);

describe('The page of errors', () => {
  // That no other code is thrown, the type ErrorCode proves.
  it('describes every code, each once', () => {
    expect(ENTRIES.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
  });

  it.each(ERROR_CODES)('describes a code that is in use: %s', (code) => {
    expect(SOURCES.some((source) => source.includes(`'${code}'`))).toBe(true);
  });

  it.each(ENTRIES)(
    'says what $code means, its status and what to do next',
    ({ code, status, meaning, next }) => {
      expect(status ?? 500).toBe(statusOf(code as ErrorCode));
      expect(meaning).toMatch(/\.$/);
      expect(next).toMatch(/\.$/);
    },
  );
});

describe('The type of a problem', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
  });
  afterAll(() => herald.stop());

  it('is an anchor of the page that the instance serves', async () => {
    const problem = (await herald.get<{ type: string }>('/v1/projections/nothing')).body;
    expect(problem).toMatchObject({ type: '/errors#not-found', code: 'not-found' });
    const page = await herald.get(problem.type.split('#')[0] as string);
    expect(page).toMatchObject({ status: 200, type: 'text/html' });
    for (const code of ERROR_CODES) {
      expect(typeOf(code)).toBe(`/errors#${code}`);
      expect(page.text).toContain(`<h3 id="${code}">`);
    }
  });
});
