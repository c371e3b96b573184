import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_ATTEMPT_MS } from '../../src/domain/bounds.js';
import { type Instance, startInstance } from '../chaos/instance.js';
import { table } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { type Machine, startMachine } from './machine.js';
import { idsIn } from './settled-mails.js';

// Two processes that share a log, its read models, a mail server and the time of one machine.

const MAILS = 12;
const MINUTE = 60_000;
const STOP = new URL('./stop-at.mjs', import.meta.url).href;

let folder: string;
let machine: Machine;
let smtp: FaultySmtp;
let running: Instance[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-faults-'));
  machine = startMachine(folder);
});
afterEach(async () => {
  for (const instance of running) await instance.kill();
  running = [];
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  process.stdout.write(`\n${table()}\n`);
});

const start = async (changes: Readonly<Record<string, string>> = {}): Promise<Instance> => {
  const HERALD_MAIL = `smtp://127.0.0.1:${smtp.port}?lanes=1`;
  const instance = await startInstance(folder, { HERALD_MAIL, ...machine.settings(), ...changes });
  running.push(instance);
  return machine.on(instance);
};

const burst = async (herald: Instance): Promise<void> => {
  await herald.publish(...partners(MAILS));
  await herald.publish(...refused(upTo(MAILS))).catch(() => undefined);
};

const ended = async ({ process }: Instance): Promise<void> => {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
};

describe('SIGSTOP of one of two instances, until the other has settled its attempt:', () => {
  it.each([
    ['at RCPT', 'said RCPT', 0],
    ['at DATA, before the 354', 'said DATA', 0],
    ['at the 354, before its attempt is on record', 'before SendStarted', 0],
    ['at the 354, once its attempt is on record', 'after SendStarted', 1],
  ])('%s: it sends no byte of the mail afterwards', async (name, when, mostUnknown) => {
    smtp = await startFaultySmtp(() => undefined);
    const mark = join(folder, 'stopped');
    const first = await start({
      ...machine.settings(STOP),
      ...{ HERALD_TEST_STOP: when, HERALD_TEST_STOPPED: mark },
    });
    const published = burst(first);
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
    const before = smtp.bodyBytes();
    first.process.kill('SIGCONT');
    await published;
    await until(
      () => first.history(),
      ({ length }) => length === MAILS,
    );
    // It ends what it has begun, and then itself.
    await first.stop();
    expect(smtp.bodyBytes()).toBe(before);
    await judged(second, {
      ...{
        fault: `two instances, one is stopped ${name}, until the other has settled its attempt`,
        mails: MAILS,
      },
      ...{ mostUnknown, delivered: () => idsIn(smtp) },
    });
  });
});

it('Two instances share a burst, and each is killed once amid it', async () => {
  let count = 0;
  const instances: Instance[] = [];
  smtp = await startFaultySmtp(({ stage }) => {
    if (stage === 'dot') count += 1;
    if (count === 3) instances[0]?.process.kill('SIGKILL');
    if (count === 7) instances[1]?.process.kill('SIGKILL');
    return undefined;
  });
  instances.push(await start(), await start());
  const [first, second] = instances as [Instance, Instance];
  await burst(first);
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
    ...{ mostUnknown: 4, delivered: () => idsIn(smtp) },
  });
});
