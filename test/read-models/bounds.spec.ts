import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Document } from '../../src/application/ports/document-store.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { LiveProjector } from '../../src/application/read-models/engine/live-projector.js';
import { Parking } from '../../src/application/read-models/parking/exceptions.js';
import { ParkedDocuments } from '../../src/application/read-models/parking/parked-documents.js';
import { SkippedEvents } from '../../src/application/read-models/parking/skipped-events.js';
import { MAX_PARKED_DOCUMENTS, MAX_SKIPPED_EVENTS } from '../../src/domain/bounds.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happened } from '../contract/events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-parking-bounds-'));
const store = new SqliteReadModels({ folder });
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (n: number): StoredEvent => ({
  ...happened(),
  ...{ stream: `account-${n}`, revision: 0, position: String(n).padStart(16, '0') },
});

it('Up to the bound documents park; at one more the projection stops; both survive a restart', async () => {
  const broken: Projection<Document> = {
    ...{ name: 'broken', version: 1, handles: ['Happened'], indexes: [] },
    target: ({ stream }) => ({ ids: [stream] }),
    evolve: () => {
      throw new Error('A bug.');
    },
  };
  const parked = new ParkedDocuments(store);
  const skips = new SkippedEvents(store);
  await parked.open();
  await skips.open();
  const projectorOf = async () => {
    const now = () => '2026-03-02T09:00:00.000Z';
    const parking = new Parking({
      ...{ projection: 'broken', build: 'broken@1.1', parked, skips, now },
      onParked: () => undefined,
    });
    const collection = { name: 'broken@1.1', indexes: [] };
    const projector = new LiveProjector(broken, store, collection, async () => undefined, parking);
    await projector.open();
    return projector;
  };
  const projector = await projectorOf();
  const events = Array.from({ length: MAX_PARKED_DOCUMENTS + 1 }, (_, n) => event(n + 1));
  await projector.fold(events.slice(0, -1));
  expect(projector.parked).toBeUndefined();
  expect(projector.written).toBe(event(MAX_PARKED_DOCUMENTS).position);
  await projector.fold(events.slice(-1));
  expect(projector.parked).toMatchObject({ position: event(MAX_PARKED_DOCUMENTS + 1).position });
  expect(projector.written).toBe(event(MAX_PARKED_DOCUMENTS).position);
  expect((await projectorOf()).parking.all).toHaveLength(MAX_PARKED_DOCUMENTS);
});

it('So many events are skipped, and one more is refused', async () => {
  const skips = new SkippedEvents(store);
  await skips.open();
  const skip = (n: number) =>
    skips.add({
      ...{ projection: 'people', documentId: 'ben', event: `e${n}`, type: 'Happened', position: String(n) },
      ...{ failure: 'A bug.', reason: 'A test run', by: 'grace', at: '2026-03-02T09:00:00.000Z' },
    });
  for (let n = 0; n < MAX_SKIPPED_EVENTS; n += 1) await skip(n);
  await expect(skip(MAX_SKIPPED_EVENTS)).rejects.toMatchObject({ code: 'too-many-skipped-events' });
});
