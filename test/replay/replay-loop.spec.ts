import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StoredEvent, SubscribeOptions } from '../../src/application/event-store.js';
import { PROJECTIONS } from '../../src/application/projections/all.js';
import { type BuildName, collectionOf } from '../../src/application/projections/read-models.js';
import { ReplayLoop } from '../../src/application/replay/replay-loop.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { newFolder } from './running.js';

const { makeLog } = (await import(new URL('../../bench/log.mjs', import.meta.url).href)) as {
  makeLog: (file: string, events: number, streams: number) => Promise<void>;
};

/** A log of which a batch is on its way when the reader stops, as it is from a server. */
class RemoteLog extends SqliteEventStore {
  override async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<readonly StoredEvent[]> {
    for await (const batch of super.subscribeToAll(options)) {
      for (let turns = 0; turns < 10; turns += 1) await nextTurn();
      yield batch;
    }
  }
}

const builds = (build: number): readonly BuildName[] =>
  PROJECTIONS.map(({ name, version }) => ({ projection: name, version, build }));

/** Starts builds when `isTime` says so of the events that the first of them has folded, and waits for all. */
const rebuild = (
  loop: ReplayLoop,
  names: readonly BuildName[],
  isTime: (done: number, n: number) => boolean,
) =>
  new Promise<void>((resolve, reject) => {
    const [first, ...others] = names;
    const waiting = new Set(
      names.map(({ projection, version, build }) => `${projection}@${version}.${build}`),
    );
    const toStart = [...others];
    loop.listen(({ id, status, progress }) => {
      for (const name of toStart.filter((_, n) => isTime(progress.done, n))) {
        toStart.splice(toStart.indexOf(name), 1);
        loop.start(name).catch(reject);
      }
      if (status === 'following') waiting.delete(id);
      if (waiting.size === 0) loop.close().then(resolve, reject);
    });
    if (first) loop.start(first).catch(reject);
  });

describe('The reader of replays', () => {
  it.each([
    ['at once', () => true],
    ['one after the other', (done: number, n: number) => done > (n + 1) * 2_000],
  ])('leaves nothing out of builds that begin while another is under way, %s', async (_, isTime) => {
    const folder = newFolder();
    const file = join(folder, 'events.db');
    await makeLog(file, 12_000, 600);
    const log = new RemoteLog({ file });
    const documents = new SqliteReadModels({ folder: join(folder, 'read-models') });
    for (const name of builds(1)) await rebuild(new ReplayLoop(log, documents), [name], () => false);
    const loop = new ReplayLoop(log, documents);
    await rebuild(loop, builds(2), isTime);
    for (const [n, { indexes }] of PROJECTIONS.entries()) {
      const [alone, together] = [builds(1)[n], builds(2)[n]] as [BuildName, BuildName];
      const sides = [collectionOf(alone, indexes), collectionOf(together, indexes)] as const;
      expect(await loop.compare(...sides, 1)).toMatchObject({ added: 0, changed: 0, removed: 0 });
    }
    await documents.close();
    await log.close();
  });
});
