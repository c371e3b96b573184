import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../src/domain/kernel/instant.js';
import { type Instance, startInstance } from '../chaos/instance.js';
import { table } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { type Machine, startMachine } from './machine.js';
import { idsIn } from './settled-mails.js';

// The clock of the machine is set wrong amid mails, one of which the server has just taken and not yet answered for.

const MAILS = 24;

let folder: string;
let machine: Machine;
let smtp: FaultySmtp;
let herald: Instance | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-faults-'));
  machine = startMachine(folder);
  herald = undefined;
});
afterEach(async () => {
  await herald?.kill();
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  process.stdout.write(`\n${table()}\n`);
});

/** Amid mails, of which every third is deferred once, the clock is set so far ahead; answers the instance and its health then. */
const struck = async (ahead: number) => {
  const deferred = new Set<string>();
  let count = 0;
  smtp = await startFaultySmtp(({ stage, to }) => {
    if (stage === 'dot') count += 1;
    if (stage === 'dot' && count === 5) machine.set(ahead);
    if (stage !== 'RCPT' || !/^u\d*[036]@/.test(to) || deferred.has(to)) return undefined;
    deferred.add(to);
    return { reply: '450 4.2.0 later' };
  });
  herald = machine.on(
    await startInstance(folder, {
      HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}?lanes=1`,
      ...machine.settings(),
    }),
  );
  await herald.publish(...partners(MAILS));
  await herald.publish(...refused(upTo(MAILS)));
  const instance = herald;
  const { unwell: health } = await until(
    () => instance.health(),
    ({ unwell }) => unwell.includes('clock: degraded'),
  );
  return { instance, health };
};

const verdict = (fault: string, health: readonly string[], others: string) => ({
  ...{ fault, mails: MAILS, mostUnknown: 0, health, others },
  delivered: () => idsIn(smtp),
});

describe('The clock of the machine is wrong amid mails:', () => {
  it('a day ahead, and set right', async () => {
    const { instance, health } = await struck(DAY);
    machine.set(0);
    await judged(
      instance,
      verdict(
        'the clock is set a day ahead amid mails, and right again',
        health,
        'all are sent once it is right',
      ),
    );
    expect((await instance.health()).unwell).toEqual([]);
  });

  it('a day ahead, and stays so', async () => {
    const { instance, health } = await struck(DAY);
    machine.passTo(120_000);
    await judged(
      instance,
      verdict(
        'the clock is set a day ahead amid mails, and stays so',
        health,
        'all are sent after a second reading',
      ),
    );
  });

  it('a day back, and set right', async () => {
    const { instance, health } = await struck(-DAY);
    machine.set(0);
    await judged(
      instance,
      verdict(
        'the clock is set a day back amid mails, and right again',
        health,
        'all are sent once it is right',
      ),
    );
    expect((await instance.health()).unwell).toEqual([]);
  });

  it('a day back, and stays so', async () => {
    const { instance, health } = await struck(-DAY);
    await judged(
      instance,
      verdict(
        'the clock is set a day back amid mails, and stays so',
        health,
        'retries wait until their time',
      ),
    );
  });
});
