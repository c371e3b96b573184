import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as bounds from '../../src/domain/bounds.js';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const LIMITS = /\n## Limits\n([\s\S]*?)\n## /.exec(README)?.[1] ?? '';
const ROWS = LIMITS.split('\n').filter((line) => line.startsWith('|'));

it.each(Object.keys(bounds))('README lists %s', (constant) => {
  expect(ROWS.filter((row) => row.includes(`\`${constant}\``))).toHaveLength(1);
});

it('README lists no constant that is gone', () => {
  const named = ROWS.flatMap((row) => [...row.matchAll(/`(MAX_\w+)`/g)].map(([, constant]) => constant));
  expect(named.filter((constant) => !Object.hasOwn(bounds, constant as string))).toEqual([]);
});
