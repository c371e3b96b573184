import { expect, it } from 'vitest';
import * as bounds from '../../src/domain/bounds.js';
import { read } from './pages.js';

const ROWS = read('docs/limits.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| what \||^\|---/.test(line));

it.each(Object.keys(bounds))('docs/limits.md lists %s', (constant) => {
  expect(ROWS.filter((row) => row.includes(`\`${constant}\``))).toHaveLength(1);
});

it('docs/limits.md lists no constant that is gone', () => {
  const named = ROWS.flatMap((row) => [...row.matchAll(/`(MAX_\w+)`/g)].map(([, constant]) => constant));
  expect(named.filter((constant) => !Object.hasOwn(bounds, constant as string))).toEqual([]);
});

it('docs/limits.md names a constant in each row', () => {
  const rows = ROWS.filter((row) => !/`MAX_\w+`/.test(row));
  expect(rows).toEqual([]);
});
