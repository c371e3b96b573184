import { afterEach, describe, expect, it } from 'vitest';
import type { WorkersStatus } from '../../src/application/operations/get-workers.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { partner, post, refused, SLOT, solution, World } from '../delivery/away.js';
import { JSON_TYPE, type ProblemBody } from '../http/herald.js';

let world: World;
afterEach(() => world.stop());

const start = async (): Promise<void> => {
  world = await World.start();
  await world.publish(solution('s'), ...partner('p', 's'), post('p', 'one'));
  await world.herald.settled();
};

const workers = async (): Promise<WorkersStatus> => {
  const { status, body } = await world.herald.get<WorkersStatus>('/v1/workers');
  expect(status).toBe(200);
  return body;
};

const named = ({ workers }: WorkersStatus, name: string) => workers.find(({ worker }) => worker === name);

describe('GET /v1/workers', () => {
  it('has a worker of decisions and one of deliveries for each channel, and counts what they did', async () => {
    await start();
    const before = await workers();
    expect(before.workers.map(({ worker, channel }) => [worker, channel])).toEqual([
      ['decisions', undefined],
      ['delivery', 'email'],
    ]);
    expect(named(before, 'delivery')).toMatchObject({ state: 'idle', inFlight: 0, processed: 0, backlog: 0 });
    expect(named(before, 'delivery')).not.toHaveProperty('idleMs');
    await world.moveTo(SLOT);
    const after = await workers();
    expect(named(after, 'delivery')).toMatchObject({ state: 'idle', processed: 1 });
    for (const worker of after.workers) {
      expect(worker.processed).toBeGreaterThan(0);
      expect(worker.idleMs).toBeGreaterThanOrEqual(0);
      expect(worker.concurrency).toBeGreaterThan(1);
    }
  });

  it('has every read model and the lease of each, which this instance holds', async () => {
    await start();
    const { readModels, leases, instance } = await workers();
    expect(readModels.map(({ projection }) => projection)).toEqual(PROJECTIONS.map(({ name }) => name));
    for (const one of readModels) expect(one).toMatchObject({ writes: true, behind: 0, parked: 0 });
    const names = leases.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(PROJECTIONS.map(({ name }) => `projection:${name}`)));
    for (const lease of leases) {
      expect(lease).toMatchObject({ mine: true, token: 1, holder: instance });
      expect(lease.unchangedMs).toBeLessThan(6_000);
    }
  });

  it('says since when and why a relay fails, what waits, and when it is tried again', async () => {
    await start();
    world.isAway = true;
    await world.moveTo(SLOT);
    const failing = await workers();
    expect(named(failing, 'delivery')).toMatchObject({ state: 'relay-fails', backlog: 1, oldestDueAt: SLOT });
    const [channel] = failing.channels;
    expect(channel).toMatchObject({
      channel: 'email',
      relay: { state: expect.stringMatching(/open|probing/), since: SLOT, reason: expect.any(String) },
    });
    expect(String(channel?.relay.nextProbeAt) > SLOT).toBe(true);
    world.isAway = false;
    await world.moveTo('2026-03-03T09:00:00.000Z');
    expect((await workers()).channels).toEqual([
      { channel: 'email', relay: { state: 'closed' }, heldSenders: [] },
    ]);
  });

  it('says which sender is held, since when and why, without addresses of recipients', async () => {
    await start();
    world.replies.set('p-ada@x.example', '550 5.7.26 <p-ada@x.example> is not authenticated');
    await world.publish(refused('p-fb', '2026-03-02T09:00:00.000Z'));
    await world.moveTo('2026-03-02T09:00:01.000Z');
    const { channels } = await workers();
    expect(channels[0]?.heldSenders).toMatchObject([
      { sender: 'no-reply@acme.example', state: expect.stringMatching(/open|probing/) },
    ]);
    expect(channels[0]?.heldSenders[0]?.reason).toContain('5.7.26');
    expect(JSON.stringify(channels)).not.toContain('p-ada');
  });

  it('says that sending is held', async () => {
    await start();
    await world.herald.post('/v1/sending/hold', JSON_TYPE, { reason: 'A test' });
    expect(named(await workers(), 'delivery')?.state).toBe('held');
  });

  it('is for who operates all solutions', async () => {
    await start();
    const { bound, all } = await world.herald.withKeys({
      bound: { role: 'admin', solutions: ['s'] },
      all: { role: 'auditor' },
    });
    for (const path of ['/v1/workers', '/v1/settings']) {
      expect((await all.get(path)).status).toBe(200);
      expect(await bound.get<ProblemBody>(path)).toMatchObject({
        ...{ status: 403, body: { code: 'permission-missing' } },
      });
    }
  });
});
