import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Collection, Write } from '../../src/application/ports/document-store.js';
import type { Position, StoredEvent, SubscribeOptions } from '../../src/application/ports/event-store.js';
import {
  type BuildName,
  collectionOf,
  nameOf,
} from '../../src/application/read-models/engine/read-models.js';
import { history } from '../../src/application/read-models/history/history.js';
import { people } from '../../src/application/read-models/people/people.js';
import { RebuildLoop } from '../../src/application/read-models/rebuild/rebuild-loop.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { makeLog, newFolder } from './running.js';

/** Read models whose server takes its time to fail. */
class Failing extends SqliteReadModels {
  /** By collection: after how many ms the next write fails. */
  readonly next = new Map<string, number>();
  failures = 0;
  override async write(collection: Collection, writes: readonly Write[], upTo?: Position): Promise<void> {
    const after = this.next.get(collection.name);
    if (after !== undefined) {
      this.next.delete(collection.name);
      await wait(after);
      this.failures += 1;
      throw new Error('The server is away.');
    }
    await super.write(collection, writes, upTo);
  }
}

/** A log that takes its time, as one on a server. */
class RemoteLog extends SqliteEventStore {
  override async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<readonly StoredEvent[]> {
    for await (const batch of super.subscribeToAll(options)) {
      await wait(30);
      yield batch;
    }
  }
}

const name = ({ name, version }: { name: string; version: number }, build: number): BuildName => ({
  projection: name,
  version,
  build,
});

const setUp = async (events: number) => {
  const folder = newFolder();
  const file = join(folder, 'events.db');
  await makeLog(file, events, Math.round(events / 20));
  return { log: new RemoteLog({ file }), documents: new Failing({ folder: join(folder, 'rm') }) };
};
const following = (loop: RebuildLoop, names: BuildName[], hear: (done: number) => void = () => undefined) =>
  new Promise<void>((resolve, reject) => {
    const left = new Set(names.map(nameOf));
    loop.listen(({ id, status, progress }) => {
      hear(progress.done ?? 0);
      if (status === 'following') left.delete(id);
      if (left.size === 0) resolve();
    });
    Promise.all(names.map((one) => loop.start(one))).catch(reject);
  });
const same = async (loop: RebuildLoop, projection: typeof history | typeof people) =>
  loop.compare(
    collectionOf(name(projection as never, 1), projection.indexes),
    collectionOf(name(projection as never, 2), projection.indexes),
    1,
  );

it('A stop that fails leaves no gap', async () => {
  const { log, documents } = await setUp(12_000);
  const first = new RebuildLoop(log, documents);
  await following(first, [name(history, 1)]);
  await first.close();
  const loop = new RebuildLoop(log, documents);
  let stopped: Promise<unknown> | undefined;
  await following(loop, [name(history, 2)], (done) => {
    if (stopped || done < 4_000) return;
    documents.next.set(nameOf(name(history, 2)), 0);
    stopped = loop.stop(name(history, 2)).catch((error) => error);
  });
  expect(await stopped).toBeInstanceOf(Error);
  expect(documents.failures).toBe(1);
  expect(await same(loop, history)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  await loop.close();
});

it('Two builds whose last writes fail one after the other leave no gap', async () => {
  const { log, documents } = await setUp(12_000);
  const first = new RebuildLoop(log, documents);
  await following(first, [name(history, 1), name(people, 1)]);
  await first.close();
  const loop = new RebuildLoop(log, documents);
  documents.next.set(nameOf(name(people, 2)), 0);
  documents.next.set(nameOf(name(history, 2)), 350);
  await following(loop, [name(people, 2), name(history, 2)]);
  expect(documents.failures).toBe(2);
  await loop.stop(name(history, 2));
  expect(await same(loop, people)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  expect(await same(loop, history)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  await loop.close();
});
