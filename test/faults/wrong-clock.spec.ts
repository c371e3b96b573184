import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../src/domain/kernel/instant.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { type Machine, startMachine } from './machine.js';
import { useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// The clock of the machine is set wrong amid mails, one of which the server has just taken and not yet answered for.

const MAILS = 24;

const world = useProcesses();
let machine: Machine;
beforeEach(() => {
  machine = startMachine(world.folder);
});

/** Amid mails, of which every third is deferred once, the clock is set so far ahead; answers the instance and its health then. */
const struck = async (ahead: number) => {
  const deferred = new Set<string>();
  let count = 0;
  await world.serve(({ stage, to }) => {
    if (stage === 'dot') count += 1;
    if (stage === 'dot' && count === 5) machine.set(ahead);
    if (stage !== 'RCPT' || !/^u\d*[036]@/.test(to) || deferred.has(to)) return undefined;
    deferred.add(to);
    return { reply: '450 4.2.0 later' };
  });
  const instance = machine.on(await world.start(machine.settings()));
  await instance.publish(...partners(MAILS));
  await instance.publish(...refused(upTo(MAILS)));
  const { unwell: health } = await until(
    () => instance.health(),
    ({ unwell }) => unwell.includes('clock: degraded'),
  );
  return { instance, health };
};

const verdict = (fault: string, health: readonly string[], others: string) => ({
  ...{ fault, mails: MAILS, mostUnknown: 0, health, others },
  delivered: () => idsIn(world.smtp),
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
