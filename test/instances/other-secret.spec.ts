import { afterEach, beforeEach, expect, it } from 'vitest';
import { Leases } from '../../src/application/leases/leases.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

const SECRET = 'a secret of more than thirty-two characters';

let one: TestHerald;
beforeEach(async () => {
  one = await startTestHerald({ HERALD_SECRET: SECRET });
  await one.publishAll(SMALL_WORLD);
});
afterEach(() => one.stop());

const beside = async (secret: string) => {
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = one.herald.config;
  const other = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS, HERALD_SECRET: secret });
  await other.herald.app.get(Projections).keepLeases();
  return other;
};

const secretOf = async (herald: TestHerald) => {
  const { body } = await herald.get<{ parts: { part: string; status: string; says?: string }[] }>('/health');
  return body.parts.find(({ part }) => part === 'secret');
};

it('An instance with another secret than its neighbour says so, until that has stopped: their links are refused', async () => {
  const other = await beside('another secret of more than thirty-two chars');
  const link = one.herald.app.get(UnsubscribeLinks).linkFor({ partnerId: 'nordlicht', userId: 'ada' });
  const path = new URL(link).pathname;
  const ask = async ({ url }: TestHerald) => (await fetch(`${url}${path}`)).status;
  expect([await ask(one), await ask(other)]).toEqual([200, 404]);
  expect(await secretOf(other)).toEqual({
    ...{ part: 'secret', status: 'degraded' },
    says: expect.stringMatching(/^Another instance, process \d+ on .*, has another HERALD_SECRET: .* same/),
  });
  expect(await secretOf(one)).toEqual({ part: 'secret', status: 'ok' });
  await one.herald.stop();
  await until(
    () => secretOf(other),
    (part) => part?.status === 'ok',
  );
  await other.stop();
});

it('An instance with the same secret as its neighbour has nothing to say', async () => {
  const other = await beside(SECRET);
  expect(await secretOf(other)).toEqual({ part: 'secret', status: 'ok' });
  await other.stop();
});

it('An instance that leaves the work to its neighbour says nothing of the secret that this had', async () => {
  const other = await beside('another secret of more than thirty-two chars');
  const leases = other.herald.app.get(Leases);
  expect(leases.holderWithOtherSecret).toBeDefined();
  leases.lapse((await leases.all()).map(({ name }) => name));
  expect(leases.holderWithOtherSecret).toBeUndefined();
  await other.stop();
});
