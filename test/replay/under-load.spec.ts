import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH_TYPE } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { cli, newFolder, spawnHerald } from './running.js';

/** People whose documents are changed again and again. */
const PEOPLE = 2_000;
const BATCH = 200;

describe('While events are published without a pause', () => {
  const folder = newFolder();
  let herald: Awaited<ReturnType<typeof spawnHerald>>;
  let isPublishing = true;
  let published = 0;
  let publishing: Promise<void>;

  const publish = async (events: readonly unknown[]) => {
    const response = await fetch(`${herald.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': BATCH_TYPE },
      body: JSON.stringify(events),
    });
    if (response.status !== 202) throw new Error(await response.text());
  };

  const event = (name: string, n: number) => ({
    ...{ specversion: '1.0', id: `${name}-${n}`, source: 'test', type: `herald.${name}.v1` },
    time: new Date(Date.UTC(2026, 2, 2) + n).toISOString(),
    data: {
      ...{ userId: `user-${n % PEOPLE}`, partnerId: 'nordlicht', name: `Name ${n}` },
      ...{ email: `user-${n % PEOPLE}@nordlicht.example`, role: 'member' },
    },
  });

  const batch = (name: string) => {
    published += BATCH;
    return Array.from({ length: BATCH }, (_, n) => event(name, published - BATCH + n));
  };

  beforeAll(async () => {
    herald = await spawnHerald(folder, { HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
    await publish(SMALL_WORLD);
    while (published < PEOPLE) await publish(batch('partner-user.added'));
    const publishAll = async () => {
      while (isPublishing) await publish(batch('partner-user.changed'));
    };
    publishing = publishAll();
  });

  afterAll(async () => {
    isPublishing = false;
    await publishing;
    herald.process.kill();
  });

  it('a replay that is verified finds no document that differs', async () => {
    for (let n = 0; n < 3; n += 1)
      expect(await cli(folder, 'replay', 'people', '--verify', '--url', herald.url)).toMatchObject({
        code: 0,
        output: expect.stringContaining('0 added, 0 changed, 0 removed'),
      });
  });

  it('so does verify', async () => {
    expect(await cli(folder, 'verify', 'people')).toMatchObject({
      code: 0,
      output: expect.stringContaining('people: the same'),
    });
  });

  it('a replay is swapped', async () => {
    expect(await cli(folder, 'replay', 'people', '--url', herald.url)).toMatchObject({
      code: 0,
      output: expect.stringContaining('is live now'),
    });
  });
});
