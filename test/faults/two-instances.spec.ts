import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_ATTEMPT_MS } from '../../src/domain/bounds.js';
import { type Instance } from '../chaos/instance.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { type Machine, startMachine } from './machine.js';
import { burst, ended, useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// Two processes that share a log, its read models, a mail server and the time of one machine.

const MAILS = 12;
const MINUTE = 60_000;
const STOP = new URL('./stop-at.mjs', import.meta.url).href;

const world = useProcesses();
let machine: Machine;
beforeEach(() => {
  machine = startMachine(world.folder);
});

const start = async (changes: Readonly<Record<string, string>> = {}): Promise<Instance> =>
  machine.on(await world.start({ ...machine.settings(), ...changes }));

describe('SIGSTOP of one of two instances, until the other has settled its attempt:', () => {
  it.each([
    ['at RCPT', 'said RCPT', 0],
    ['at DATA, before the 354', 'said DATA', 0],
    ['at the 354, before its attempt is on record', 'before SendStarted', 0],
    ['at the 354, once its attempt is on record', 'after SendStarted', 1],
  ])('%s: it sends no byte of the mail afterwards', async (name, when, mostUnknown) => {
    await world.serve(() => undefined);
    const mark = join(world.folder, 'stopped');
    const first = await start({
      ...machine.settings(STOP),
      ...{ HERALD_TEST_STOP: when, HERALD_TEST_STOPPED: mark },
    });
    const published = burst(first, MAILS);
    await until(async () => existsSync(mark), Boolean);
    const second = await start();
    await second.publish(...partners(MAILS), ...refused(upTo(MAILS)));
    // All but those of the stopped instance; the one whose attempt is on record is watched until its lease is over.
    const outcomes = async () => (await second.history()).map(({ outcome }) => outcome);
    const countOf = (outcome: string, all: readonly string[]) => all.filter((one) => one === outcome).length;
    await until(outcomes, (all) => countOf('accepted', all) === MAILS - mostUnknown, 60_000);
    let passed = 0;
    await until(
      async () => {
        passed += MINUTE;
        machine.passTo(passed);
        return outcomes();
      },
      (all) =>
        passed > MAX_ATTEMPT_MS &&
        countOf('outcome-unknown', all) === mostUnknown &&
        countOf('sending', all) === 0,
    );
    const before = world.smtp.bodyBytes();
    first.process.kill('SIGCONT');
    await published;
    await until(
      () => first.history(),
      ({ length }) => length === MAILS,
    );
    // It ends what it has begun, and then itself.
    await first.stop();
    expect(world.smtp.bodyBytes()).toBe(before);
    await judged(second, {
      ...{
        fault: `two instances, one is stopped ${name}, until the other has settled its attempt`,
        mails: MAILS,
      },
      ...{ mostUnknown, delivered: () => idsIn(world.smtp) },
    });
  });
});

it('Two instances share a burst, and each is killed once amid it', async () => {
  let count = 0;
  const instances: Instance[] = [];
  await world.serve(({ stage }) => {
    if (stage === 'dot') count += 1;
    if (count === 3) instances[0]?.process.kill('SIGKILL');
    if (count === 7) instances[1]?.process.kill('SIGKILL');
    return undefined;
  });
  instances.push(await start(), await start());
  const [first, second] = instances as [Instance, Instance];
  await burst(first, MAILS);
  await ended(first);
  const third = await start();
  await third.publish(...partners(MAILS), ...refused(upTo(MAILS)));
  await until(
    async () => {
      machine.passTo(MAX_ATTEMPT_MS);
      return count;
    },
    (dots) => dots >= 7,
    60_000,
  );
  await ended(second);
  await start();
  await judged(third, {
    ...{ fault: 'two instances, each is killed once amid a burst', mails: MAILS },
    ...{ mostUnknown: 4, delivered: () => idsIn(world.smtp) },
  });
});
