import { expect, it } from 'vitest';
import { describeComparison } from '../../src/cli/audit/differences.js';

it.each([
  [0, '0 documents are'],
  [1, '1 document is'],
  [2, '2 documents are'],
])('%s in a comparison: %s the same', (same, words) => {
  const comparison = { same, added: 0, changed: 0, removed: 0, samples: [] };
  expect(describeComparison(comparison as never)).toEqual([
    `${words} the same, 0 added, 0 changed, 0 removed.`,
  ]);
});
