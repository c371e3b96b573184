import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Document } from '../../src/application/ports/document-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { collectionOf } from '../../src/application/read-models/engine/read-models.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { visitEvent } from './visit-events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-late-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const visits: Projection<Document> = {
  ...{ name: 'visits', version: 1, handles: ['Came', 'Left'], indexes: [] },
  target: ({ stream }) => ({ ids: [stream] }),
  evolve: (_, { type }) => (type === 'Came' ? { id: 'visit' } : undefined),
};

it.each([
  ['in a batch of its own', [[visitEvent(1, 'Came')], [visitEvent(2, 'Left')]]],
  ['in the batch in which it came', [[visitEvent(1, 'Came'), visitEvent(2, 'Left')]]],
])('A late writer does not bring back a document that its successor has removed %s', async (_, batches) => {
  const documents = new SqliteDocumentStore({ file: join(folder, `${batches.length}.db`) });
  const collection = collectionOf({ projection: 'visits', version: 1, build: 1 }, []);
  // It still has the lease when it asks; all that its successor does comes before its write.
  const late = new Projector(visits, documents, collection, 'live', async () => {
    const successor = new Projector(visits, documents, collection);
    await successor.open();
    for (const batch of batches) await successor.fold(batch);
  });
  await late.open();
  await late.fold([visitEvent(1, 'Came')]);
  expect(await documents.get(collection, ['visit'])).toEqual(new Map());
  await documents.close();
});
