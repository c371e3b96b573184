import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection, Document, DocumentStore } from '../src/application/ports/document-store.js';
import type { StoredEvent } from '../src/application/ports/event-store.js';
import type { Projection } from '../src/application/ports/projection.js';
import { PROJECTIONS } from '../src/application/read-models/all.js';
import { Projector } from '../src/application/read-models/engine/projector.js';
import { Client } from '../src/demo/client.js';
import { play, START } from '../src/demo/story.js';
import { SqliteDocumentStore } from '../src/infrastructure/sqlite/sqlite-document-store.js';
import { JSON_TYPE, startTestHerald } from './http/herald.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-projections-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let events: readonly StoredEvent[] = [];
beforeAll(async () => {
  const herald = await startTestHerald({ HERALD_CLOCK_START: START });
  await play(new Client(herald.url));
  for (const step of ['hold', 'release'])
    await herald.post(`/v1/sending/${step}`, JSON_TYPE, { reason: 'For the access log' });
  events = await herald.events();
  await herald.stop();
});

/** All documents of a collection, as the bytes that they are kept as. */
const bytesOf = async (store: DocumentStore, collection: Collection): Promise<string[]> => {
  const documents: string[] = [];
  for await (const document of store.stream(collection)) documents.push(JSON.stringify(document));
  return documents;
};

let files = 0;
/** All documents of a projection after the story in batches of a size, as the bytes that they are kept as. */
const documentsOf = async (
  projection: Projection<Document>,
  size: number,
  pace: 'live' | 'build' = 'live',
): Promise<string[]> => {
  files += 1;
  const store = new SqliteDocumentStore({ file: join(folder, `${files}.db`) });
  const collection = { name: projection.name, indexes: projection.indexes };
  const projector = new Projector(projection, store, collection, pace);
  await projector.open();
  for (let n = 0; n < events.length; n += size) await projector.fold(events.slice(n, n + size));
  await projector.flush();
  expect(projector.parked).toBeUndefined();
  const documents = await bytesOf(store, collection);
  // Folding all of it again changes nothing.
  await projector.fold(events);
  for await (const document of store.stream(collection))
    expect(documents).toContain(JSON.stringify(document));
  await store.close();
  return documents;
};

describe('A read model is a function of the log', () => {
  it.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
    '%s: the same bytes in whatever batches the events come',
    async (_, projection) => {
      const all = await documentsOf(projection, events.length);
      expect(all.length).toBeGreaterThan(1);
      expect(await documentsOf(projection, 1)).toEqual(all);
      expect(await documentsOf(projection, 7)).toEqual(all);
      expect(await documentsOf(projection, 50, 'build')).toEqual(all);
    },
  );

  it.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
    '%s: the same bytes after a build that had written more than its checkpoint says was killed',
    async (_, projection) => {
      files += 1;
      const store = new SqliteDocumentStore({ file: join(folder, `${files}.db`) });
      const collection = { name: projection.name, indexes: projection.indexes };
      const foldInto = async (projector: Projector, upTo: number) => {
        await projector.open();
        for (let n = 0; n < upTo; n += 20) await projector.fold(events.slice(n, n + 20));
      };
      let shortages = 0;
      const opened = (count: () => number) =>
        new Projector(projection, store, collection, 'build', undefined, count);
      for (const share of [0.3, 0.6, 0.9])
        await foldInto(
          opened(() => ++shortages),
          events.length * share,
        );
      expect(await store.checkpoint(collection)).toBeUndefined();
      const last = opened(() => 0);
      await foldInto(last, events.length);
      await last.flush();
      const documents = await bytesOf(store, collection);
      await store.close();
      expect(documents).toEqual(await documentsOf(projection, events.length));
    },
  );

  it('parks before an event that cannot be folded, keeps all before it, and continues once it is fixed', async () => {
    let isBroken = true;
    const store = new SqliteDocumentStore({ file: join(folder, 'poison.db') });
    const counting: Projection<Document & { readonly count: number }> = {
      name: 'counting',
      version: 1,
      handles: [...new Set(events.map(({ type }) => type))],
      indexes: [],
      target: () => ({ ids: ['all'] }),
      evolve: (document, event) => {
        if (isBroken && event === events[100]) throw new Error('I cannot count beyond a hundred.');
        return { id: 'all', count: (document?.count ?? 0) + 1 };
      },
    };
    const collection = { name: 'counting', indexes: [] };
    const projector = new Projector(counting, store, collection);
    await projector.open();
    await projector.fold(events.slice(0, 150));
    const count = async () =>
      (await store.get<Document & { count: number }>(collection, ['all'])).get('all')?.count;
    expect(projector.parked).toMatchObject({
      position: events[100]?.position,
      reason: 'I cannot count beyond a hundred.',
    });
    expect(await count()).toBe(100);
    await projector.fold(events.slice(150));
    expect(await count()).toBe(100);
    isBroken = false;
    projector.unpark();
    await projector.fold(events);
    expect(await count()).toBe(events.length);
    await store.close();
  });

  it('folds into a document that came, went and comes again within one batch', async () => {
    const store = new SqliteDocumentStore({ file: join(folder, 'again.db') });
    const toggling: Projection<Document & { readonly by: string }> = {
      name: 'toggling',
      version: 1,
      handles: [...new Set(events.map(({ type }) => type))],
      indexes: [],
      target: () => ({ ids: ['it'] }),
      evolve: (document, event, id) => (document ? undefined : { id, by: event.id }),
    };
    const collection = { name: 'toggling', indexes: [] };
    const projector = new Projector(toggling, store, collection);
    await projector.open();
    await projector.fold(events.slice(0, 3));
    const found = await store.get<Document & { by: string }>(collection, ['it']);
    expect(found.get('it')?.by).toBe(events[2]?.id);
    await store.close();
  });
});
