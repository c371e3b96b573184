import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROJECTIONS } from '../../src/application/read-models/all.js';

const recorded = JSON.parse(
  readFileSync(new URL('./indexes-by-version.json', import.meta.url), 'utf8'),
) as Record<string, readonly (readonly string[])[]>;

// An instance goes on with the collection that it has, and its indexes, for as long as the version is the same.
it.each(PROJECTIONS)('$name has other indexes only in another version', ({ name, version, indexes }) => {
  expect(
    recorded[`${name}@${version}`],
    `Give ${name} a new version, and record its indexes in indexes-by-version.json.`,
  ).toEqual(indexes);
});
