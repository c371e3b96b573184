import { expect, it } from 'vitest';
import { NO_COUNTS } from './coverage-counts.js';
import { coverageSentence } from './coverage-sentence.js';

it.each([
  [{}, 'No decision is expected for 2026-03-02.'],
  [
    { expected: 1, decided: 1, raised: 1 },
    'For 2026-03-02, 1 decision is expected. 1 is recorded: 1 raised, 0 withheld. Nobody was missed.',
  ],
  [
    { expected: 5, decided: 2, raised: 1, withheld: 1, shortfall: 1, lapsed: 1, coalesced: 1 },
    'For 2026-03-02, 5 decisions are expected. 2 are recorded: 1 raised, 1 withheld; 1 lost the reason before the decision; 1 was covered by a later digest. 1 is missing.',
  ],
  [
    { expected: 2, planned: 2 },
    'For 2026-03-02, 2 decisions are expected. 0 are recorded: 0 raised, 0 withheld; 2 are still to come. Nothing is late.',
  ],
  [
    { expected: 2, decided: 2, withheld: 2, missed: 2 },
    'For 2026-03-02, 2 decisions are expected. 2 are recorded: 0 raised, 2 withheld. None is missing, but 2 came too late to be sent.',
  ],
])('The sentence about %j says whether anybody was missed', (counts, sentence) => {
  expect(coverageSentence('2026-03-02', { ...NO_COUNTS, ...counts }, false)).toBe(sentence);
});

it('The sentence about a part does not speak for the whole', () => {
  const counts = { ...NO_COUNTS, expected: 1, decided: 1, raised: 1 };
  expect(coverageSentence('2026-03-02', counts, true)).toMatch(/So far nobody was missed\.$/);
  expect(coverageSentence('2026-03-02', NO_COUNTS, true)).toBe(
    'So far no decision is expected for 2026-03-02.',
  );
});
