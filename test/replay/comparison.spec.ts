import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collection, Document } from '../../src/application/ports/document-store.js';
import { compareAcross } from '../../src/application/read-models/rebuild/compare.js';
import { MAX_COMPARISON_WAITS } from '../../src/domain/bounds.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { newFolder } from './running.js';

interface Counted extends Document {
  readonly events: number;
}

const LIVE: Collection = { name: 'people@1.1', indexes: [] };
const REBUILT: Collection = { name: 'people@1.2', indexes: [] };

let store: SqliteReadModels;
beforeEach(async () => {
  store = new SqliteReadModels({ folder: newFolder() });
  await store.ensure(LIVE);
  await store.ensure(REBUILT);
});
afterEach(() => store.close());

/** Writes a document as it is after a number of events. */
const write = (collection: Collection, id: string, events: number, more = {}) => {
  const position = String(events).padStart(4, '0');
  const document: Counted = { id, position, events, ...more };
  return store.write(collection, [{ id, position, document }]);
};

let waits = 0;
beforeEach(() => {
  waits = 0;
});

const compared = (onWait: (n: number) => Promise<unknown> = async () => undefined) =>
  compareAcross({ store, collection: LIVE }, { store, collection: REBUILT }, 10, async () => {
    waits += 1;
    await onWait(waits);
  });

describe('a comparison while both sides follow the log', () => {
  it('waits for the side that is behind, whichever it is', async () => {
    await write(LIVE, 'ada', 7);
    await write(REBUILT, 'ada', 5);
    await write(LIVE, 'ben', 3);
    await write(REBUILT, 'ben', 4);
    await write(LIVE, 'cem', 8);
    const comparison = await compared((n) => {
      if (n === 1) return write(REBUILT, 'ada', 7);
      return n === 2 ? write(LIVE, 'ben', 4) : write(REBUILT, 'cem', 8);
    });
    expect(comparison).toMatchObject({ same: 3, added: 0, changed: 0, removed: 0, samples: [] });
    expect(comparison.hashes.live).toBe(comparison.hashes.rebuilt);
    expect(waits).toBe(3);
  });

  it('reads few documents again where one side lacks many', async () => {
    for (let n = 0; n < 300; n += 1) await write(LIVE, `person-${n}`, 1);
    const get = vi.spyOn(store, 'get');
    expect(await compared()).toMatchObject({ same: 0, removed: 300 });
    expect(get.mock.calls.length).toBeLessThanOrEqual(2 * (MAX_COMPARISON_WAITS + 1));
  });

  it('takes a document for the same that is removed on both sides meanwhile', async () => {
    await write(LIVE, 'ada', 7);
    const comparison = await compared(() =>
      store.write(LIVE, [{ id: 'ada', position: '0008', document: undefined }]),
    );
    expect(comparison).toMatchObject({ same: 0, added: 0, changed: 0, removed: 0 });
  });

  it('says at once that two documents differ that are up to the same event', async () => {
    await write(LIVE, 'ada', 7, { name: 'Ada' });
    await write(REBUILT, 'ada', 7, { name: 'Ben' });
    const { changed, samples } = await compared();
    expect([changed, waits]).toEqual([1, 0]);
    expect(samples).toMatchObject([{ id: 'ada', kind: 'changed', fields: [{ path: 'name' }] }]);
  });

  it('waits a bounded number of times in all, and counts what still differs', async () => {
    await write(LIVE, 'ada', 7);
    await write(REBUILT, 'ada', 5);
    await write(REBUILT, 'ben', 5);
    await write(LIVE, 'cem', 5);
    expect(await compared()).toMatchObject({ same: 0, added: 1, changed: 1, removed: 1 });
    expect(waits).toBe(MAX_COMPARISON_WAITS);
  });
});
