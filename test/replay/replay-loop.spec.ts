import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Collection, Write } from '../../src/application/ports/document-store.js';
import type { Position, StoredEvent, SubscribeOptions } from '../../src/application/ports/event-store.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { type BuildName, collectionOf } from '../../src/application/read-models/engine/read-models.js';
import type { EngineReport } from '../../src/application/read-models/rebuild/rebuild-engine.js';
import { RebuildLoop } from '../../src/application/read-models/rebuild/rebuild-loop.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { makeLog, newFolder } from './running.js';

/** A log of which a batch is on its way when the reader stops, as it is from a server. */
class RemoteLog extends SqliteEventStore {
  override async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<readonly StoredEvent[]> {
    for await (const batch of super.subscribeToAll(options)) {
      for (let turns = 0; turns < 10; turns += 1) await nextTurn();
      yield batch;
    }
  }
}

/** Read models of which some questions and writes fail, as when a server is away for a moment. */
class FailingReadModels extends SqliteReadModels {
  isFailing = false;
  failures = 0;
  #writes = 0;

  override async write(collection: Collection, writes: readonly Write[], upTo?: Position): Promise<void> {
    this.#writes += 1;
    if (this.isFailing && this.#writes % 9 === 0) this.#fail();
    await super.write(collection, writes, upTo);
  }

  override async checkpoint(collection: Collection): Promise<Position | undefined> {
    // Right after a write that failed.
    if (this.isFailing && this.failures % 2 === 1) this.#fail();
    return super.checkpoint(collection);
  }

  #fail(): void {
    this.failures += 1;
    throw new Error('The server is away.');
  }
}

const builds = (build: number): readonly BuildName[] =>
  PROJECTIONS.map(({ name, version }) => ({ projection: name, version, build }));

/** Expects the documents of the second builds to be those of the first. */
const expectTheSame = async (loop: RebuildLoop) => {
  for (const [n, { indexes }] of PROJECTIONS.entries()) {
    const [first, second] = [builds(1)[n], builds(2)[n]] as [BuildName, BuildName];
    const sides = [collectionOf(first, indexes), collectionOf(second, indexes)] as const;
    expect(await loop.compare(...sides, 1)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  }
};

/** Starts builds when `isTime` says so of the events that the first of them has folded, and waits for all. */
const rebuild = (
  loop: RebuildLoop,
  names: readonly BuildName[],
  isTime: (done: number, n: number) => boolean,
  hear: (report: EngineReport) => void = () => undefined,
) =>
  new Promise<void>((resolve, reject) => {
    const [first, ...others] = names;
    const waiting = new Set(
      names.map(({ projection, version, build }) => `${projection}@${version}.${build}`),
    );
    const toStart = [...others];
    loop.listen((report) => {
      const { id, status, progress } = report;
      hear(report);
      for (const name of toStart.filter((_, n) => isTime(progress.done ?? 0, n))) {
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
    for (const name of builds(1)) await rebuild(new RebuildLoop(log, documents), [name], () => false);
    const loop = new RebuildLoop(log, documents);
    await rebuild(loop, builds(2), isTime);
    await expectTheSame(loop);
    await documents.close();
    await log.close();
  });

  it('resumes where the documents are after a store was unavailable, and loses nothing', async () => {
    const folder = newFolder();
    const file = join(folder, 'events.db');
    await makeLog(file, 5_000, 250);
    const log = new SqliteEventStore({ file });
    const documents = new FailingReadModels({ folder: join(folder, 'read-models') });
    await rebuild(new RebuildLoop(log, documents), builds(1), () => true);
    documents.isFailing = true;
    // Memory that is always short has every batch written.
    let shortages = 0;
    const loop = new RebuildLoop(log, documents, () => ++shortages);
    const interruptions = new Set<string | undefined>();
    await rebuild(
      loop,
      builds(2),
      () => true,
      ({ interruption }) => interruptions.add(interruption),
    );
    expect(documents.failures).toBeGreaterThan(2);
    expect([...interruptions].filter(Boolean)).toEqual(['The server is away.']);
    await expectTheSame(loop);
    await documents.close();
    await log.close();
  });
});
