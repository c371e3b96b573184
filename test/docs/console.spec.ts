import { expect, it } from 'vitest';
import { NAVIGATION } from '../../src/infrastructure/console/kit/navigation.js';
import { read } from './pages.js';

const DESTINATIONS = NAVIGATION.flatMap(({ destinations }) => destinations);

it.each(DESTINATIONS)('docs/console.md lists $label with its address and its key', ({ label, href, key }) => {
  expect(read('docs/console.md')).toContain(`\n| ${label} | \`${href}\` | \`g ${key}\` | `);
});

it('docs/console.md lists no page that is gone', () => {
  const rows = read('docs/console.md').match(/^\| .* \| `\/console[^`]*` \| `g \w` \|/gm);
  expect(rows).toHaveLength(DESTINATIONS.length);
});

it('No two pages have the same key', () => {
  expect(new Set(DESTINATIONS.map(({ key }) => key)).size).toBe(DESTINATIONS.length);
});
