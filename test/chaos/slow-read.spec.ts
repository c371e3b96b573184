import { expect, it } from 'vitest';
import { LEASE_MS, RENEW_MS } from '../../src/application/leases/leases.js';
import { foldSlowly } from '../leases/slow-work.js';

it('One read of the agenda takes 12 s: three instances finish as one does, and no lease is lost', async () => {
  expect(await foldSlowly(3, { ttlMs: LEASE_MS, renewMs: RENEW_MS }, 12_000)).toBe(0);
}, 180_000);
