import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, read } from './pages.js';

interface Contract {
  readonly promise: string;
  readonly source: string;
  readonly spec: string;
  readonly title: string;
}

const ROW = /^\| (?<promise>.+?) \| `(?<source>[^`]+)` \| `(?<spec>[^`]+)` “(?<title>.+)” \|$/;
const HEAD = /^\| promise \||^\|---/;

const ROWS = read('docs/behaviour-contracts.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !HEAD.test(line));

const CONTRACTS = ROWS.flatMap((row) => (ROW.exec(row)?.groups as Contract | undefined) ?? []);

/** Whether a file has a test of that title, alone or as a template of several. */
const hasTest = (spec: string, title: string): boolean =>
  ["'", '`', '"'].some((quote) => read(spec).includes(`${quote}${title}${quote}`));

describe('Behaviour contracts', () => {
  it('are rows of a promise, its source and its test', () => {
    expect(ROWS.filter((row) => !ROW.test(row))).toEqual([]);
    expect(new Set(CONTRACTS.map(({ promise }) => promise)).size).toBe(ROWS.length);
    expect(ROWS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(CONTRACTS)('$promise', ({ source, spec, title }) => {
    expect({ source, exists: existsSync(`${ROOT}${source}`) }).toEqual({ source, exists: true });
    expect({ spec, title, exists: existsSync(`${ROOT}${spec}`) && hasTest(spec, title) }).toEqual({
      ...{ spec, title },
      exists: true,
    });
  });
});
