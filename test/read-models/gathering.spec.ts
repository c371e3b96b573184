import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventStore, ReadAllOptions, StoredEvent } from '../../src/application/ports/event-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { FeedFollower } from '../../src/application/read-models/engine/feed-follower.js';
import { LiveProjector } from '../../src/application/read-models/engine/live-projector.js';
import { collectionOf } from '../../src/application/read-models/engine/read-models.js';
import { Parking } from '../../src/application/read-models/parking/exceptions.js';
import { ParkedDocuments } from '../../src/application/read-models/parking/parked-documents.js';
import { SkippedEvents } from '../../src/application/read-models/parking/skipped-events.js';
import { MAX_GATHERED_DOCUMENTS } from '../../src/domain/bounds.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happened } from '../contract/events.js';
import { makeLog } from '../replay/running.js';

type Count = { readonly id: string; readonly position: string; readonly count: number };

/** Counts the events of each stream. */
const counts: Projection<Count> = {
  ...{ name: 'counts', version: 1, handles: ['Happened'], indexes: [] },
  target: ({ stream }) => ({ ids: [stream] }),
  evolve: (document, _, id) => ({ id, count: (document?.count ?? 0) + 1 }),
};

/** The same, but the store refuses some of its documents: no JSON has a bigint. */
const refusedWhere = (isBad: (id: string, count: number) => boolean): Projection<Count> => ({
  ...counts,
  evolve: (document, event, id, read) => {
    const { count = 0 } = counts.evolve(document, event, id, read) ?? {};
    return { id, count, ...(isBad(id, count) ? { seven: 7n } : {}) };
  },
});

/** The n-th event of the log, which belongs to one of so many streams. */
const event = (n: number, streams: number): StoredEvent => ({
  ...happened(),
  ...{ stream: `s-${n % streams}`, revision: 0, position: String(n).padStart(16, '0') },
});
const eventsOf = (count: number, streams: number, from = 1): readonly StoredEvent[] =>
  Array.from({ length: count }, (_, n) => event(from + n, streams));

let folder: string;
let store: SqliteReadModels;
let parked: ParkedDocuments;
let skips: SkippedEvents;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'herald-gathering-'));
  store = new SqliteReadModels({ folder });
  parked = new ParkedDocuments(store);
  skips = new SkippedEvents(store);
  await parked.open();
  await skips.open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Following {
  readonly isLongAgo?: boolean;
  readonly build?: number;
  readonly fence?: () => Promise<void>;
}

/** Follows the log, whose events were recorded long ago or now. */
const following = async (
  projection: Projection<never> | Projection<Count>,
  { isLongAgo = true, build = 1, fence = async () => undefined }: Following = {},
) => {
  const { name, version, indexes } = projection;
  const collection = collectionOf({ projection: name, version, build }, indexes);
  const parking = new Parking({
    ...{ projection: name, build: collection.name, parked, skips, now: () => '2026-03-02T09:00:00.000Z' },
    onParked: () => undefined,
  });
  const projector = new LiveProjector(
    projection as Projection<never>,
    store,
    collection,
    fence,
    parking,
    () => isLongAgo,
  );
  await projector.open();
  // Nothing is gathered until the store has taken a write.
  await projector.fold([{ ...event(0, 1), type: 'Other' }]);
  return projector;
};

const documentsOf = async (projector: LiveProjector): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const document of store.stream(projector.collection)) all.push(JSON.stringify(document));
  return all;
};

/** Folds them in batches, as the feed does: behind where the documents are. */
const foldAll = async (projector: LiveProjector, events: readonly StoredEvent[]): Promise<void> => {
  const last = events.at(-1)?.position ?? '';
  while ((projector.position ?? '') < last) {
    const next = events.findIndex(({ position }) => position > (projector.position ?? ''));
    await projector.fold(events.slice(next, next + 100));
    if (projector.position === last) await projector.flush();
  }
};

describe('Documents of old events that follow each other', () => {
  it('are written together, with the checkpoint, when there is no more', async () => {
    const projector = await following(counts);
    const write = vi.spyOn(store, 'write');
    for (let n = 0; n < 10; n += 1) await projector.fold(eventsOf(100, 50, 1 + n * 100));
    expect(write).not.toHaveBeenCalled();
    expect(projector).toMatchObject({ isUnwritten: true, written: event(0, 1).position });
    await projector.flush();
    expect(write).toHaveBeenCalledTimes(1);
    expect(write.mock.calls[0]?.[1]).toHaveLength(50);
    expect(projector).toMatchObject({ isUnwritten: false, written: event(1_000, 50).position });
    expect(await store.checkpoint(projector.collection)).toBe(event(1_000, 50).position);
  });

  it('are not gathered until the store has taken a write, so that one that fails is noticed', async () => {
    const projector = await following(counts);
    await projector.reread();
    await projector.fold(eventsOf(100, 50));
    expect(projector.written).toBe(event(100, 50).position);
  });

  it('are written with the first event that was recorded now', async () => {
    let isLongAgo = true;
    const projector = await following(counts);
    vi.spyOn(projector as unknown as { gathers: () => boolean }, 'gathers').mockImplementation(
      () => isLongAgo,
    );
    await projector.fold(eventsOf(100, 50));
    isLongAgo = false;
    await projector.fold(eventsOf(1, 50, 101));
    expect(projector).toMatchObject({ isUnwritten: false, written: event(101, 50).position });
    expect(await documentsOf(projector)).toHaveLength(50);
  });

  it('are not taken for written when events follow that concern none of them', async () => {
    const projector = await following(counts);
    await projector.fold(eventsOf(100, 50));
    await projector.flush();
    await projector.fold(eventsOf(100, 50, 101));
    await projector.fold([{ ...event(201, 50), type: 'Other' }]);
    expect(projector.written).toBe(event(100, 50).position);
    await projector.flush();
    expect(projector.written).toBe(event(201, 50).position);
    for (const text of await documentsOf(projector)) expect(JSON.parse(text)).toMatchObject({ count: 4 });
  });

  it('are not taken for written while they are being written, by events now that concern none of them', async () => {
    let isLongAgo = true;
    const projector = await following(counts);
    vi.spyOn(projector as unknown as { gathers: () => boolean }, 'gathers').mockImplementation(
      () => isLongAgo,
    );
    let goOn = (): void => undefined;
    const { write } = SqliteReadModels.prototype;
    vi.spyOn(store, 'write').mockImplementation(async (...written) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return write.apply(store, written);
    });
    const events = eventsOf(MAX_GATHERED_DOCUMENTS, MAX_GATHERED_DOCUMENTS);
    await projector.fold(events);
    isLongAgo = false;
    const folding = projector.fold([{ ...event(events.length + 1, 50), type: 'Other' }]);
    await new Promise(setImmediate);
    expect(projector.written).toBe(event(0, 1).position);
    vi.mocked(store.write).mockImplementation((...written) => write.apply(store, written));
    goOn();
    await folding;
    expect(projector.written).toBe(event(events.length + 1, 50).position);
  });

  it('are not written beyond their checkpoint: what a killed process had gathered is folded again', async () => {
    const killed = await following(counts);
    await killed.fold(eventsOf(100, 50));
    await killed.flush();
    await killed.fold(eventsOf(100, 50, 101));
    const next = await following(counts);
    expect(next.position).toBe(event(100, 50).position);
    await next.fold(eventsOf(200, 50));
    await next.flush();
    for (const text of await documentsOf(next)) expect(JSON.parse(text)).toMatchObject({ count: 4 });
  });

  it('are dropped where the lease was lost meanwhile', async () => {
    let isLost = false;
    const fence = async () => {
      if (isLost) throw new Error('The lease was lost.');
    };
    const projector = await following(counts, { fence });
    await projector.fold(eventsOf(100, 50));
    isLost = true;
    await expect(projector.flush()).rejects.toThrow('The lease was lost.');
    expect([projector.position, projector.isUnwritten]).toEqual([event(0, 1).position, false]);
    expect(await documentsOf(projector)).toEqual([]);
  });

  it('are read again after others have written them', async () => {
    const projector = await following(counts);
    await projector.fold(eventsOf(50, 50));
    await projector.flush();
    await projector.writeDocuments([[event(50, 50).position, 's-1', { id: 's-1', count: 10 } as never]]);
    await projector.fold(eventsOf(50, 50, 51));
    await projector.flush();
    expect((await projector.stored(['s-1'])).get('s-1')).toMatchObject({ count: 11 });
  });

  it(`are written, and in part forgotten, when there are ${MAX_GATHERED_DOCUMENTS}`, async () => {
    const projector = await following(counts);
    const [write, get] = [vi.spyOn(store, 'write'), vi.spyOn(store, 'get')];
    const events = eventsOf(MAX_GATHERED_DOCUMENTS, 2 * MAX_GATHERED_DOCUMENTS);
    await projector.fold(events.slice(0, -1));
    expect(write).not.toHaveBeenCalled();
    await projector.fold(events.slice(-1));
    expect(write).toHaveBeenCalledTimes(1);
    await expect.poll(() => projector.written).toBe(events.at(-1)?.position);
    // Now they are stored, and the next event makes room.
    const streams = 2 * MAX_GATHERED_DOCUMENTS;
    await projector.fold([event(MAX_GATHERED_DOCUMENTS + 1, streams)]);
    get.mockClear();
    await projector.fold([event(streams + 1, streams)]);
    expect(get).toHaveBeenCalledWith(projector.collection, ['s-1']);
  });

  it('park at the event at fault: the other documents, and this one up to there, are as ever', async () => {
    const isBad = (id: string, count: number) => id === 's-3' && count >= 7;
    const odd = refusedWhere(isBad);
    const events = eventsOf(2_000, 200).filter(({ stream }, n) => stream === 's-3' || n < 600);
    const seventh = events.filter(({ stream }) => stream === 's-3')[6];
    const results = [];
    for (const [build, isLongAgo] of [true, false].entries()) {
      const projector = await following(odd, { isLongAgo, build });
      await foldAll(projector, events);
      results.push({
        documents: await documentsOf(projector),
        parked: projector.parking.all.map(({ build: _, ...one }) => one),
      });
    }
    const [gathered, each] = results;
    expect(gathered?.documents).toEqual(each?.documents);
    expect(gathered?.documents).toHaveLength(200);
    expect(gathered?.parked).toEqual(each?.parked);
    expect(gathered?.parked).toMatchObject([{ documentId: 's-3', event: seventh?.id }]);
  });

  it('leave no gap where one is refused in the middle of a read that comes in several batches', async () => {
    const events = eventsOf(1_000, 50);
    const projector = await following(refusedWhere((id, count) => id === 's-3' && count >= 7));
    // Recorded now from the 600th on, so what was gathered is written there, and refused.
    vi.spyOn(
      projector as unknown as { gathers: (event: StoredEvent) => boolean },
      'gathers',
    ).mockImplementation(({ position }) => position < event(600, 50).position);
    const reads: number[] = [];
    const readAll = async function* ({ from = '' }: ReadAllOptions = {}) {
      const read = reads.push(0) - 1;
      const next = events.filter(({ position }) => position >= from);
      for (let n = 0; n < next.length; n += 100) {
        reads[read] = n / 100 + 1;
        yield next.slice(n, n + 100);
      }
    };
    const folded = new Set<string>();
    const follower = new FeedFollower(
      { readAll } as unknown as EventStore,
      (some) => {
        for (const { id } of some) folded.add(id);
      },
      () => false,
    );
    follower.begin(event(1_000, 50).position, projector);
    await follower.catchUp(projector);
    // The read that was under way is left at the event, and another one begins at the checkpoint.
    expect(reads).toEqual([6, 10]);
    const documents = (await documentsOf(projector)).map((text) => JSON.parse(text) as Count);
    expect(documents.map(({ id, count }) => [id, count])).toEqual(
      documents.map(({ id }) => [id, id === 's-3' ? 6 : 20]),
    );
    expect(documents).toHaveLength(50);
    expect(folded).toEqual(new Set(events.map(({ id }) => id)));
  });
});

it('All read models are the same to the byte, whether the events were recorded long ago or now', async () => {
  const file = join(folder, 'events.db');
  await makeLog(file, 6_000, 300);
  const log = new SqliteEventStore({ file });
  try {
    for (const projection of PROJECTIONS) {
      const events: StoredEvent[] = [];
      for await (const batch of log.readAll()) events.push(...batch);
      const all = [];
      for (const [build, isLongAgo] of [true, false].entries()) {
        const projector = await following(projection as never, { isLongAgo, build });
        await foldAll(projector, events);
        all.push(await documentsOf(projector));
      }
      expect({ name: projection.name, documents: all[0] }).toEqual({
        name: projection.name,
        documents: all[1],
      });
    }
  } finally {
    await log.close();
  }
}, 120_000);
