import { join } from 'node:path';
import Database from 'libsql';
import { describe, it } from 'vitest';
import { type Instance } from '../chaos/instance.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// The event store is away while mails are sent: what the mail server has said is appended until the store answers, so nothing is in doubt.

const MAILS = 24;

const world = useProcesses();

/** A server that lets the store go when the fifth mail has arrived, before it has answered. */
const serve = async (away: () => void): Promise<void> => {
  let count = 0;
  await world.serve(({ stage }) => {
    if (stage === 'dot') count += 1;
    if (stage === 'dot' && count === 5) away();
    return undefined;
  });
};

/** Until the instance is well: health says that a store is away until it has answered again. */
const isWell = (instance: Instance): Promise<unknown> =>
  until(
    () => instance.health(),
    ({ unwell }) => unwell.length === 0,
  );

/** Until the instance says that results wait. @returns what was not well then. */
const unrecorded = async (instance: Instance): Promise<readonly string[]> => {
  const { unwell } = await until(
    () => instance.health(),
    (health) => health.unwell.includes('delivery: degraded'),
    60_000,
  );
  return unwell;
};

describe('The event store is away amid mails:', () => {
  it('EventStoreDB is killed, and started again with its log', async () => {
    const store = await new EventStoreDouble().start();
    let herald: Instance | undefined;
    try {
      await serve(() => void store.kill());
      herald = await world.start({ HERALD_EVENT_STORE: store.url }, 2);
      await herald.publish(...partners(MAILS));
      await herald.publish(...refused(upTo(MAILS)));
      const health = await unrecorded(herald);
      await store.start();
      await judged(herald, {
        ...{ fault: 'EventStoreDB is killed amid mails, and started again (a double)', mails: MAILS, health },
        ...{
          mostUnknown: 0,
          delivered: () => idsIn(world.smtp),
          others: 'all are sent once it answers again',
        },
      });
      await isWell(herald);
    } finally {
      await herald?.kill();
      await store.kill();
    }
  });

  it('another process locks the SQLite log for longer than an append waits', async () => {
    const other = new Database(join(world.folder, 'events.db'), { timeout: 5_000 });
    await serve(() => other.exec('BEGIN IMMEDIATE'));
    const herald = await world.start({}, 2);
    await herald.publish(...partners(MAILS));
    await herald.publish(...refused(upTo(MAILS)));
    const health = await unrecorded(herald);
    other.exec('ROLLBACK');
    other.close();
    await judged(herald, {
      ...{ fault: 'the SQLite log is locked by another process for more than 10 s', mails: MAILS, health },
      ...{ mostUnknown: 0, delivered: () => idsIn(world.smtp), others: 'all are sent once it is free again' },
    });
    await isWell(herald);
  });
});
