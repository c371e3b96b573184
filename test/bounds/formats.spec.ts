import { expect, it } from 'vitest';
import { MAX_FORMATS } from '../../src/domain/bounds.js';
import { FormatsCache } from '../../src/infrastructure/mail/rendering/formats.js';

const region = (n: number) => `en-${String(n).padStart(3, '0')}`;

it('formats are kept up to the limit; beyond it those that were not used the longest go', () => {
  const cache = new FormatsCache();
  const first = cache.get(region(0), 'Europe/Berlin');
  const second = cache.get(region(1), 'Europe/Berlin');
  for (let n = 2; n < MAX_FORMATS; n += 1) cache.get(region(n), 'Europe/Berlin');
  expect(cache.get(region(0), 'Europe/Berlin')).toBe(first);
  cache.get(region(MAX_FORMATS), 'Europe/Berlin');
  expect(cache.get(region(0), 'Europe/Berlin')).toBe(first);
  expect(cache.get(region(1), 'Europe/Berlin')).not.toBe(second);
});
