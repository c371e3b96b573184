import { expect, it } from 'vitest';
import { MAX_FORMATS } from '../../src/domain/bounds.js';
import { FormatsCache } from '../../src/infrastructure/mail/rendering/formats.js';
import { en } from '../../src/infrastructure/mail/rendering/locales/en.js';

const region = (n: number) => `en-${String(n).padStart(3, '0')}`;

it('formats are kept up to the limit; beyond it those that were not used the longest go', () => {
  const cache = new FormatsCache();
  const first = cache.get(region(0), 'Europe/Berlin', en.moments);
  const second = cache.get(region(1), 'Europe/Berlin', en.moments);
  for (let n = 2; n < MAX_FORMATS; n += 1) cache.get(region(n), 'Europe/Berlin', en.moments);
  expect(cache.get(region(0), 'Europe/Berlin', en.moments)).toBe(first);
  cache.get(region(MAX_FORMATS), 'Europe/Berlin', en.moments);
  expect(cache.get(region(0), 'Europe/Berlin', en.moments)).toBe(first);
  expect(cache.get(region(1), 'Europe/Berlin', en.moments)).not.toBe(second);
});
