import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Health } from '../../src/application/health/health.js';
import { DocumentStore, DocumentsRefused } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import type { ParkedPage } from '../../src/application/read-models/administration/list-parked.js';
import type { ParkedResult } from '../../src/application/read-models/administration/parked.js';
import { agenda } from '../../src/application/read-models/agenda/agenda.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { StopAtFirst } from '../../src/application/read-models/parking/exceptions.js';
import { SkippedEvents } from '../../src/application/read-models/parking/skipped-events.js';
import { people } from '../../src/application/read-models/people/people.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { verify } from '../../src/cli/audit/verify.js';
import { anEvent } from '../http/events.js';
import { JSON_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

let herald: TestHerald;
let projections: Projections;
beforeEach(async () => {
  herald = await startTestHerald();
  projections = herald.herald.app.get(Projections);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await herald.stop();
});

const account = (accountId: string, more: object = {}) =>
  anEvent(`${accountId}-connected`, 'social-account.connected', {
    ...{ accountId, partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: accountId },
    ...{ authorisationExpiresAt: '2026-12-01T00:00:00Z', ...more },
  });
const removed = (accountId: string) =>
  anEvent(`${accountId}-removed`, 'social-account.removed', { accountId });
const sendNow = (id: string) => anEvent(id, 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });

const parked = async () => (await herald.get<ParkedPage>('/v1/parked')).body.items;
const act = (projection: string, id: string, verb: 'retry' | 'skip', body: object = {}) =>
  herald.post<ParkedResult>(`/v1/parked/${projection}/${encodeURIComponent(id)}/${verb}`, JSON_TYPE, body);
const health = () =>
  herald.herald.app
    .get(Health)
    .parts()
    .find(({ part }) => part === 'read-models');
const raised = async () => (await herald.events()).filter(({ type }) => type === 'NotificationRaised').length;

/** All documents of a projection, as the bytes that they are kept as; and those of a rebuild of the same log. */
const liveAndRebuilt = async (name: string) => {
  const projection = PROJECTIONS.find((one) => one.name === name);
  if (!projection) throw new Error(name);
  const store = herald.herald.app.get(DocumentStore);
  const live = projections.projector(name)?.collection;
  if (!live) throw new Error(`${name} is not live.`);
  const rebuilt = { name: `${name}-rebuilt`, indexes: projection.indexes };
  const skips = new SkippedEvents(store);
  const projector = new Projector(
    projection,
    store,
    rebuilt,
    'build',
    undefined,
    undefined,
    new StopAtFirst(name, skips),
  );
  await projector.open();
  for await (const batch of herald.herald.app.get(EventStore).readAll()) await projector.fold(batch);
  await projector.flush();
  const bytesOf = async (collection: typeof live) => {
    const all: string[] = [];
    for await (const document of store.stream(collection)) all.push(JSON.stringify(document));
    return all;
  };
  const result = { live: await bytesOf(live), rebuilt: await bytesOf(rebuilt), parked: projector.parked };
  await store.drop(rebuilt);
  return result;
};

/** The agenda cannot fold events about the account `odd`, until it is restored. */
const breakOdd = (verb: 'evolve' | 'derive' | 'target' = 'evolve') => {
  const { evolve, derive, target } = agenda;
  const error = () => new Error('A bug that one account meets.');
  if (verb === 'evolve')
    return vi.spyOn(agenda, 'evolve').mockImplementation((document, event, id, read) => {
      if (id === 'account:odd') throw error();
      return evolve(document, event, id, read);
    });
  if (verb === 'derive')
    return vi.spyOn(agenda as Required<typeof agenda>, 'derive').mockImplementation((document) => {
      if (document.id === 'account:odd') throw error();
      return derive?.(document) ?? document;
    });
  return vi.spyOn(agenda, 'target').mockImplementation((event) => {
    if (event.stream === 'socialAccount-odd') throw error();
    return target(event);
  });
};

it.each(['evolve', 'derive', 'target'] as const)(
  'An event that %s fails at parks what it concerns alone: decisions and mails of all others go on',
  async (verb) => {
    await herald.publishAll(SMALL_WORLD);
    await herald.settled();
    breakOdd(verb);
    await herald.publishAll([account('odd'), account('even'), sendNow('now')]);
    await herald.settled();
    await until(raised, (count) => count === 1);
    await herald.settled();
    const [one, ...others] = await parked();
    const documentId = verb === 'target' ? 'stream:socialAccount-odd' : 'account:odd';
    expect(one).toMatchObject({ projection: 'agenda', documentId, type: 'SocialAccountConnected' });
    expect(one).toMatchObject({ reason: 'A bug that one account meets.', parkedAt: expect.any(String) });
    expect(others).toEqual([]);
    const store = herald.herald.app.get(DocumentStore);
    const collection = projections.projector('agenda')?.collection ?? { name: '', indexes: [] };
    const found = await store.get(collection, ['account:odd', 'account:even']);
    expect([...found.keys()]).toEqual(['account:even']);
    expect(health()).toMatchObject({
      status: 'degraded',
      says: expect.stringContaining('herald parked list'),
    });
    const { body } = await herald.get<ProjectionStatus>('/v1/projections/agenda');
    expect(body).toMatchObject({ behind: 0, parkedDocuments: { count: 1, first: [{ documentId }] } });
  },
);

it('A document that parked is as a rebuild makes it once it was retried, with all that happened since', async () => {
  await herald.publishAll([...SMALL_WORLD, account('odd')]);
  await herald.settled();
  const broken = breakOdd();
  await herald.publishAll([
    removed('odd'),
    anEvent('zone', 'partner.zone-changed', { partnerId: 'nordlicht', timeZone: 'Europe/Paris' }),
    account('odd', { displayName: 'again' }),
  ]);
  await herald.settled();
  expect(await parked()).toMatchObject([
    { documentId: 'account:odd', type: 'SocialAccountRemoved', waiting: expect.any(Number) },
  ]);
  expect((await act('agenda', 'account:odd', 'retry')).body).toMatchObject({ status: 'parked' });
  broken.mockRestore();
  expect((await act('agenda', 'account:odd', 'retry')).body).toEqual({ status: 'folded' });
  expect(await parked()).toEqual([]);
  expect(health()).toEqual({ part: 'read-models', status: 'ok' });
  const { live, rebuilt } = await liveAndRebuilt('agenda');
  expect(live).toEqual(rebuilt);
  expect((await act('agenda', 'account:odd', 'retry')).status).toBe(404);
});

it('An event that is skipped is passed over for that document, on record, in live documents and in rebuilds', async () => {
  await herald.publishAll([...SMALL_WORLD, account('odd')]);
  await herald.settled();
  const evolve = agenda.evolve;
  vi.spyOn(agenda, 'evolve').mockImplementation((document, event, id, read) => {
    if (id === 'account:odd' && event.type === 'SocialAccountRemoved') throw new Error('A bug.');
    return evolve(document, event, id, read);
  });
  await herald.publish(removed('odd'));
  await herald.publish(
    anEvent('zone', 'partner.zone-changed', { partnerId: 'nordlicht', timeZone: 'Europe/Paris' }),
  );
  await herald.settled();
  expect((await liveAndRebuilt('agenda')).parked).toMatchObject({
    documentId: 'account:odd',
    reason: 'A bug.',
  });
  expect((await act('agenda', 'account:odd', 'skip')).status).toBe(400);
  const skipped = await act('agenda', 'account:odd', 'skip', { reason: 'A test run', by: 'grace' });
  expect(skipped.body).toEqual({ status: 'folded' });
  expect(await parked()).toEqual([]);
  expect((await herald.get<ParkedPage>('/v1/parked/skipped')).body.items).toMatchObject([
    {
      projection: 'agenda',
      documentId: 'account:odd',
      type: 'SocialAccountRemoved',
      reason: 'A test run',
      by: 'grace',
    },
  ]);
  const { live, rebuilt, parked: stopped } = await liveAndRebuilt('agenda');
  expect(stopped).toBeUndefined();
  expect(live).toEqual(rebuilt);

  vi.stubEnv('HERALD_EVENT_STORE', `sqlite:${herald.folder}/events.db`);
  vi.stubEnv('HERALD_READ_MODELS', `sqlite:${herald.folder}/read-models`);
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await verify(['agenda'])).toBe(0);
  expect(print.mock.calls.join('')).toContain('agenda: the same');
});

it('A document that looks something up in a parked one parks with it, and continues with it', async () => {
  const evolve = agenda.evolve;
  const broken = vi.spyOn(agenda, 'evolve').mockImplementation((document, event, id, read) => {
    if (id === 'partner:nordlicht') throw new Error('A bug.');
    return evolve(document, event, id, read);
  });
  await herald.publishAll([...SMALL_WORLD, account('a1')]);
  await herald.settled();
  expect(await parked()).toMatchObject([
    { documentId: 'account:a1', waitsFor: 'partner:nordlicht' },
    { documentId: 'partner:nordlicht', reason: 'A bug.' },
  ]);
  broken.mockRestore();
  expect((await act('agenda', 'partner:nordlicht', 'retry')).body).toEqual({ status: 'folded' });
  expect(await parked()).toEqual([]);
  const { live, rebuilt } = await liveAndRebuilt('agenda');
  expect(live).toEqual(rebuilt);
});

it('A document that the store refuses parks alone, and none of its batch is lost with it', async () => {
  const store = herald.herald.app.get(DocumentStore);
  const write = store.write.bind(store);
  const refusing = vi.spyOn(store, 'write').mockImplementation(async (collection, writes, checkpoint) => {
    const isBen = ({ id }: { readonly id: string }) =>
      collection.name.startsWith('people') && id === 'nordlicht/ben';
    if (!writes.some(isBen)) return write(collection, writes, checkpoint);
    await write(
      collection,
      writes.filter((one) => !isBen(one)),
    );
    throw new DocumentsRefused(collection.name, [{ id: 'nordlicht/ben', reason: 'Nobody stores Ben.' }]);
  });
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  expect(await parked()).toMatchObject([
    { projection: 'people', documentId: 'nordlicht/ben', reason: 'Nobody stores Ben.' },
  ]);
  const found = async () => {
    const { live } = await liveAndRebuilt(people.name);
    return live.map((json) => (JSON.parse(json) as { userId: string }).userId);
  };
  expect(await found()).toEqual(['ada']);
  refusing.mockRestore();
  expect(
    (await herald.post<ProjectionStatus>('/v1/projections/people/retry', JSON_TYPE, '')).body,
  ).toMatchObject({
    parkedDocuments: { count: 0 },
    behind: 0,
  });
  expect(await found()).toEqual(['ada', 'ben']);
});

it('Parked documents are listed page by page, and stay parked across a restart', async () => {
  const evolve = people.evolve;
  vi.spyOn(people, 'evolve').mockImplementation((document, event, id, read) => {
    if (event.type === 'PartnerUserAdded') throw new Error('A bug.');
    return evolve(document, event, id, read);
  });
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const { HERALD_EVENT_STORE, HERALD_READ_MODELS } = herald.herald.config;
  const other = await startTestHerald({ HERALD_EVENT_STORE, HERALD_READ_MODELS });
  const first = (await other.get<ParkedPage>('/v1/parked?limit=1&projection=people')).body;
  expect(first).toMatchObject({ items: [{ documentId: 'nordlicht/ada' }], next: expect.any(String) });
  const second = (
    await other.get<ParkedPage>(`/v1/parked?limit=1&after=${encodeURIComponent(first.next ?? '')}`)
  ).body;
  expect(second.items).toMatchObject([{ documentId: 'nordlicht/ben' }]);
  expect(second.next).toBeNull();
  expect((await other.get<ProblemBody>('/v1/parked?projection=nothing')).status).toBe(404);
  // Through an instance that does not write them.
  vi.restoreAllMocks();
  expect(
    (await other.post<ParkedResult>('/v1/parked/people/nordlicht%2Fada/retry', JSON_TYPE, {})).body,
  ).toEqual({
    status: 'folded',
  });
  expect((await until(parked, (items) => items.length === 1)).map(({ documentId }) => documentId)).toEqual([
    'nordlicht/ben',
  ]);
  await other.stop();
});

it('Answers that depend on a parked document say so', async () => {
  interface Listed {
    readonly items: readonly { readonly userId: string; readonly stale?: true }[];
    readonly incomplete?: { readonly parked: number };
  }
  await herald.publishAll(SMALL_WORLD);
  await herald.settled();
  const list = async () => (await herald.get<Listed>('/v1/people')).body;
  expect(await list()).not.toHaveProperty('incomplete');
  const evolve = people.evolve;
  vi.spyOn(people, 'evolve').mockImplementation((document, event, id, read) => {
    if (event.type === 'PartnerUserChanged') throw new Error('A bug.');
    return evolve(document, event, id, read);
  });
  await herald.publish(
    anEvent('ben-changed', 'partner-user.changed', {
      userId: 'ben',
      partnerId: 'nordlicht',
      name: 'Benjamin',
    }),
  );
  await herald.settled();
  const { items, incomplete } = await list();
  expect(incomplete).toEqual({ parked: 1 });
  expect(items.map(({ userId, stale }) => [userId, stale])).toEqual([
    ['ada', undefined],
    ['ben', true],
  ]);
  const whyNot = '/v1/why-not?person=ben&rule=content-needs-approval';
  expect((await herald.get<Listed>(whyNot)).body.incomplete).toEqual({ parked: 1 });
  expect((await herald.get<Listed>('/v1/agenda')).body).not.toHaveProperty('incomplete');
});
