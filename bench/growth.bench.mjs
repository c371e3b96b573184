// One more event of one partner's queue, whose stream is as long as that of a partner of many years: herald is a long
// stream, the limit the same work on a stream of 100. What waits for approval is the same in both.
import { join } from 'node:path';
import { Aggregates } from '../dist/application/aggregates/aggregates.js';
import { DocumentSnapshots } from '../dist/application/aggregates/snapshots.js';
import { ApprovalQueue } from '../dist/domain/approval-queue/approval-queue.js';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { inFolder, inTurns, middle, size, timed } from './support.mjs';

const SHORT = 100;
const LONG = size({ full: 100_000, quick: 10_000, environment: 'HERALD_BENCH_EVENTS' });
const MEASURED = 200;
const COLD = 21;

let now = Date.parse('2026-01-01T00:00:00Z');
let posts = 0;
const clock = { now: () => new Date(now).toISOString() };

/** A post, and its approval. */
const two = () => {
  posts += 1;
  now += 60_000;
  const at = clock.now();
  const ref = { postId: `p${posts}`, partnerId: 'x' };
  const post = {
    ...ref,
    streamId: 's',
    streamName: 'S',
    title: 'T',
    network: 'x',
    publishAt: new Date(now + 1_000).toISOString(),
  };
  return [
    {
      command: { type: 'SubmitPost', data: post, at },
      context: { actor: 'platform', commandId: `s${posts}` },
    },
    {
      command: { type: 'ApprovePost', data: ref, at },
      context: { actor: 'platform', commandId: `a${posts}` },
    },
  ];
};

export const run = () =>
  inFolder(async (folder) => {
    const store = new SqliteEventStore({ file: join(folder, 'events.db') });
    const documents = new SqliteReadModels({ folder: join(folder, 'read-models') });
    const instance = () => new Aggregates(store, clock, new DocumentSnapshots(documents, 'bench'));
    const streamOf = async (length) => {
      const id = `long-${length}`;
      const aggregates = instance();
      for (let n = 0; n < length; n += 100)
        await aggregates.execute(ApprovalQueue, id, Array.from({ length: 50 }, two).flat());
      return {
        event: () => timed(() => aggregates.execute(ApprovalQueue, id, [two()[0]])),
        cold: () => timed(() => instance().load(ApprovalQueue, id)),
      };
    };
    const [long, short] = [await streamOf(LONG), await streamOf(SHORT)];
    const events = await inTurns({ herald: long.event, limit: short.event }, MEASURED);
    const loads = await inTurns({ herald: long.cold, limit: short.cold }, COLD);
    await store.close();
    await documents.close();
    const compared = (work, { herald, limit }) => ({
      ...{ work, unit: 'ms', against: `a stream of ${SHORT} events` },
      ...{ herald: middle(herald), limit: middle(limit) },
    });
    return [compared('growth (event)', events), compared('growth (cold load)', loads)];
  });
