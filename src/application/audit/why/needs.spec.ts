import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NEEDED_CONDITIONS } from './needs.js';

const RULES = new URL('../../../domain/rules/', import.meta.url);

/** The names of all conditions in the code of the rules, but those that only say that a mail is no longer due. */
const conditions = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('asking-again'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, RULES), 'utf8').matchAll(
      /(?:condition\(\s*|name: |withheld\(decision, )'([a-z\d]+(?:-[a-z\d]+){1,})'/g,
    ),
  ])
  .map(([, name]) => name);

it('For every condition of every rule it is known what would have to change, and for no other', () => {
  expect(conditions.length).toBeGreaterThan(20);
  expect([...new Set(conditions)].sort()).toEqual([...NEEDED_CONDITIONS].sort());
});
