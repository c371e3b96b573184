import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Delivery } from '../../src/application/delivery/delivery.js';
import { LostSenders } from '../../src/application/delivery/lost-senders.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { InstanceIdentity } from '../../src/application/ports/instance-identity.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { ProcessIdentity } from '../../src/infrastructure/process/process-identity.js';
import { type Instance, type Listed, startInstance } from '../chaos/instance.js';
import { anEvent } from '../http/events.js';
import { startTestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';

const SEND_NOW = anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });

let folder: string;
/** It takes mails, and says nothing after the dot. */
let smtp: FaultySmtp;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-lost-sender-'));
  smtp = await startFaultySmtp(({ stage }) => (stage === 'dot' ? 'stall' : undefined));
});
afterEach(async () => {
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});

const settings = () => ({ HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`, HERALD_STOP_WITHIN: '5' });

describe('A mail whose sender has ended', () => {
  const instances: Instance[] = [];
  afterEach(async () => {
    for (const instance of instances.splice(0)) await instance.kill();
  });

  const start = async () => {
    const instance = await startInstance(folder, settings());
    instances.push(instance);
    return instance;
  };

  const only = async (instance: Instance): Promise<Listed | undefined> => (await instance.history())[0];

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is in doubt soon after the next start, and can be resolved then: %s',
    async (signal) => {
      const first = await start();
      await first.publish(...SMALL_WORLD, SEND_NOW);
      await until(
        async () => smtp.received.length,
        (count) => count === 1,
      );
      await until(
        () => only(first),
        (mail) => mail?.outcome === 'sending',
      );
      const ended = once(first.process, 'exit');
      first.process.kill(signal);
      await ended;

      const second = await start();
      const mail = await until(
        () => only(second),
        (found) => found?.outcome === 'outcome-unknown',
      );
      const said = { as: 'delivered', reason: 'It is in the log of the mail server', by: 'grace' };
      const { status } = await second.post(`/v1/notifications/${mail?.notificationId}/resolve`, said);
      expect(status).toBe(200);
      expect(smtp.received).toHaveLength(1);
    },
    90_000,
  );
});

it('A mail is never taken for lost while its sender runs, or where that cannot be known', async () => {
  const herald = await startTestHerald(settings());
  await herald.publishAll([...SMALL_WORLD, SEND_NOW]);
  const outcome = async () => {
    await herald.settled();
    const { body } = await herald.get<{ items: readonly Listed[] }>('/v1/notifications');
    return body.items[0]?.outcome;
  };
  await until(outcome, (found) => found === 'sending');
  const { app } = herald.herald;
  const [host = '', pid, , space = '', begun = ''] = app.get(InstanceIdentity).id.split('/');
  const lookAs = (identity: InstanceIdentity) =>
    new LostSenders(app.get(ReadModels), app.get(EventStore), identity, app.get(Delivery)).look();
  const running = { host, pid: 1, space, startOf: () => begun };
  const gone = { ...running, startOf: (one: number) => (one === Number(pid) ? 'none' : '1') };
  for (const at of [running, { ...gone, space: 'another boot:1' }, { ...gone, space: undefined }]) {
    await lookAs(new ProcessIdentity(at));
    expect(await outcome()).toBe('sending');
  }
  await app.get(LostSenders).look();
  expect(await outcome()).toBe('sending');
  await lookAs(new ProcessIdentity(gone));
  expect(await outcome()).toBe('outcome-unknown');
  await smtp.close();
  await herald.stop();
});
