import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Document, DocumentStore } from '../../src/application/ports/document-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { collectionOf } from '../../src/application/read-models/engine/read-models.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { anEvent } from '../http/events.js';
import { startTestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';
import { visitEvent } from './visit-events.js';

const visits: Projection<Document> = {
  ...{ name: 'visits', version: 1, handles: ['Came'], indexes: [] },
  target: ({ stream }) => ({ ids: [stream] }),
  evolve: () => ({ id: 'visit' }),
};

describe('the checkpoint of a read model that events do not concern', () => {
  const collection = collectionOf({ projection: 'visits', version: 1, build: 1 }, []);
  let folder: string;
  let documents: SqliteDocumentStore;
  let projector: Projector;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'herald-checkpoints-'));
    documents = new SqliteDocumentStore({ file: join(folder, 'visits.db') });
    projector = new Projector(visits, documents, collection);
    await projector.open();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await documents.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('costs no transaction, and is written with the next document or a flush', async () => {
    await projector.fold([visitEvent(1, 'Came')]);
    const write = vi.spyOn(documents, 'write');
    await projector.fold([visitEvent(2, 'Left')]);
    await projector.fold([visitEvent(3, 'Left')]);
    expect(projector).toMatchObject({ written: '0003', read: 3, isUnwritten: true });
    expect(write).not.toHaveBeenCalled();
    expect(await documents.checkpoint(collection)).toBe('0001');

    await projector.flush();
    expect(projector.isUnwritten).toBe(false);
    expect(await documents.mark(collection)).toMatchObject({ position: '0003', event: 'event-3', read: 3 });

    await projector.fold([visitEvent(4, 'Left')]);
    await projector.fold([visitEvent(5, 'Came')]);
    expect(projector.isUnwritten).toBe(false);
    expect(await documents.checkpoint(collection)).toBe('0005');
  });

  it('is written at once where the store has not taken a write yet, so that one that fails is noticed', async () => {
    vi.spyOn(documents, 'write').mockRejectedValueOnce(new Error('The file is locked.'));
    await expect(projector.fold([visitEvent(1, 'Left')])).rejects.toThrow('The file is locked.');
    expect(projector.written).toBeUndefined();
    await projector.fold([visitEvent(1, 'Left')]);
    expect(await documents.checkpoint(collection)).toBe('0001');
  });
});

it('A running instance writes the checkpoints that lag, for the others to see', async () => {
  const herald = await startTestHerald();
  const documents = herald.herald.app.get(DocumentStore);
  const projector = herald.herald.app.get(Projections).projector('solutions');
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  await herald.publishAll([
    anEvent('connected', 'social-account.connected', {
      ...{ accountId: 'a', partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'Account' },
      authorisationExpiresAt: '2026-12-01T00:00:00Z',
    }),
  ]);
  const head = (await herald.head()) ?? '';
  await until(
    async () => projector && documents.checkpoint(projector.collection),
    (checkpoint) => (checkpoint ?? '') >= head,
  );
  await herald.stop();
});
