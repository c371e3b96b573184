import { describe, expect, it } from 'vitest';
import { blocksOf, read } from './pages.js';

const included = blocksOf('docs/clients.md').filter(({ kind }) => / samples\//.test(kind));

describe('docs/clients.md', () => {
  it('shows a program of each language', () => {
    expect(included.map(({ heading }) => heading)).toEqual(['TypeScript', 'Python', 'Go']);
  });

  it.each(included)('shows $kind as it is', ({ kind, text }) => {
    expect(`${text}\n`).toBe(read(kind.split(' ')[1] as string));
  });
});
