import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import { anEvent } from '../http/events.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { newFolder, spawnHerald, until } from '../replay/running.js';

const PAIRS = 40;
const SECRET = 'the same secret for both of these instances';
const links = new UnsubscribeLinks('', SECRET);

const instances: Awaited<ReturnType<typeof spawnHerald>>[] = [];
beforeAll(async () => {
  const folder = newFolder();
  for (let n = 0; n < 2; n += 1)
    instances.push(
      await spawnHerald(folder, { HERALD_SECRET: SECRET, HERALD_CLOCK_START: '2026-03-02T09:00:00.000Z' }),
    );
});
afterAll(async () => {
  for (const { process } of instances) {
    const ended = once(process, 'exit');
    process.kill('SIGTERM');
    await ended;
  }
});

const pair = (partnerId: string) => [
  anEvent(partnerId, 'partner.registered', {
    ...{ partnerId, solutionId: 'acme', name: 'Pair', timeZone: 'Europe/Berlin' },
  }),
  ...['ada', 'ben'].map((userId) =>
    anEvent(`${partnerId}-${userId}`, 'partner-user.added', {
      ...{ userId, partnerId, name: userId, email: `${userId}@${partnerId}.example`, role: 'admin' },
    }),
  ),
];

const click = async (instance: number, partnerId: string, userId: string): Promise<boolean> => {
  const response = await fetch(`${instances[instance]?.url}${links.linkFor({ partnerId, userId })}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  return response.status === 200 && (await response.text()).includes('You have been unsubscribed');
};

it('Two people of one partner who unsubscribe at two processes at the same moment are both unsubscribed', async () => {
  const [{ url } = { url: '' }] = instances;
  const partners = Array.from({ length: PAIRS }, (_, n) => `pair-${n}`);
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([...SMALL_WORLD, ...partners.flatMap(pair)]),
  });
  expect(response.status).toBe(202);
  for (const partner of partners)
    expect(await Promise.all([click(0, partner, 'ada'), click(1, partner, 'ben')])).toEqual([true, true]);

  const subscribed = async () => {
    const answers = await Promise.all(
      partners.map(async (partner) => {
        const answer = await fetch(`${url}/v1/people?partner=${partner}`);
        return (await answer.json()) as { items: readonly { contentApproval?: string }[] };
      }),
    );
    return answers.flatMap(({ items }) => items).filter(({ contentApproval }) => contentApproval !== 'off')
      .length;
  };
  expect(await until(subscribed, (count) => count === 0)).toBe(0);
});
