import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { GetWhy, GetWhyHandler } from '../../src/application/audit/why/get-why.js';
import { RateLimit } from '../../src/application/decisions/rate-limit.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { compare } from '../../src/application/read-models/rebuild/compare.js';
import {
  MAX_APPENDS_AT_ONCE,
  MAX_CAUSES_PER_ANSWER,
  MAX_COUNTED_ADDRESSES,
  MAX_DIFFERING_FIELDS,
  MAX_DOCUMENTS_IN_MEMORY,
  MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR,
} from '../../src/domain/bounds.js';
import { Appender } from '../../src/infrastructure/grpc-log/appender.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happened, happenings } from '../contract/events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-bounds-'));
const documents = new SqliteDocumentStore({ file: join(folder, 'documents.db') });
const log = new SqliteEventStore({ file: join(folder, 'events.db') });
afterAll(async () => {
  await documents.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('A sample of a difference', () => {
  it.each([
    [MAX_DIFFERING_FIELDS, MAX_DIFFERING_FIELDS],
    [MAX_DIFFERING_FIELDS + 1, MAX_DIFFERING_FIELDS],
  ])('of %i fields names %i', async (differ, named) => {
    const fields = (value: string) =>
      Object.fromEntries(Array.from({ length: differ }, (_, n) => [`field${n}`, value]));
    const [live, rebuilt] = ['live', 'rebuilt'].map((side) => ({ name: `${side}-${differ}`, indexes: [] }));
    if (!live || !rebuilt) throw new Error('There are two.');
    for (const collection of [live, rebuilt]) {
      await documents.ensure(collection);
      const document = { id: 'a', position: '1', ...fields(collection.name) };
      await documents.write(collection, [{ id: 'a', position: '1', document }]);
    }
    const { samples } = await compare(documents, live, rebuilt, 1);
    expect(samples[0]?.fields).toHaveLength(named);
  });
});

describe('An answer of why', () => {
  it.each([
    [MAX_CAUSES_PER_ANSWER, MAX_CAUSES_PER_ANSWER],
    [MAX_CAUSES_PER_ANSWER + 1, MAX_CAUSES_PER_ANSWER],
  ])('to a decision with %i causes explains %i', async (count, explained) => {
    const stream = `partner-${count}`;
    await log.append(stream, happenings(count), 'no-stream');
    const causes: { eventId: string; position: string; type: string }[] = [];
    for await (const { id: eventId, position, type } of log.readStream(stream))
      causes.push({ eventId, position, type });
    const decision = {
      ...{
        causes,
        conditions: [],
        slot: { key: 's', zone: 'UTC' },
        subject: { kind: 'partner', id: `${count}` },
      },
      recipient: { name: 'Ada', address: { channel: 'email', value: '' } },
      ...{ partnerId: `${count}`, solutionId: 'x', rule: 'content-needs-approval', reason: 'opted-out' },
    };
    const trail = { decision, decided: { ...happened(), position: '1' }, deliveries: [] };
    const verdict = { due: true, slot: { key: 's' }, conditions: [], ruleVersion: 1 };
    const why = new GetWhyHandler(
      { of: async () => trail } as never,
      { again: async () => ({ verdict }) } as never,
      { decision: async () => ({ says: '' }) } as never,
      log,
    );
    expect((await why.execute(new GetWhy('all', 'n'))).causes).toHaveLength(explained);
  });
});

describe('The mails of an address in the last hour', () => {
  const NOW = '2026-03-02T08:00:00.000Z';
  const at = (value: string) => ({ channel: 'email', value });

  it.each([
    [MAX_COUNTED_ADDRESSES - 1, 'still counted in memory', 1],
    [MAX_COUNTED_ADDRESSES, 'forgotten', 0],
  ])('are, after those of %i others, %s', async (others, _, asked) => {
    const find = vi.fn(async () => ({ documents: [] }));
    const limit = new RateLimit({ find } as never);
    for (let n = 0; n < MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR / 10; n += 1)
      await limit.admit(at('ada@p.example'), `n${n}`, NOW);
    expect(find).not.toHaveBeenCalled();
    for (let n = 0; n < others; n += 1) await limit.admit(at(`u${n}@p.example`), randomUUID(), NOW);
    await limit.admit(at('ada@p.example'), 'one more', NOW);
    expect(find).toHaveBeenCalledTimes(asked);
  });

  it('are looked for in the history by the mailbox, however the address is spelled', async () => {
    const find = vi.fn(async () => ({ documents: [] }));
    const limit = new RateLimit({ find } as never);
    for (let n = 0; n <= MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR / 10; n += 1)
      await limit.admit(at(n % 2 ? 'Ada@P.example' : 'ada@p.example'), `n${n}`, NOW);
    const where = expect.objectContaining({ recipientMailbox: 'ada@p.example' });
    expect(find).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.objectContaining({ where }));
  });
});

it(`At most ${MAX_APPENDS_AT_ONCE} appends are under way at an EventStoreDB, behind the first; one more waits for its turn`, async () => {
  const ends: (() => void)[] = [];
  const appendToStream = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const appender = new Appender(() => ({ appendToStream, dispose: async () => undefined }) as never, 10_000);
  const appends = Array.from({ length: 1 + MAX_APPENDS_AT_ONCE + 1 }, (_, n) =>
    appender.append(`s-${n}`, [], {} as never, { answerMs: 10_000, mayBeGivenUp: true }),
  );
  for (const most of [1, 1 + MAX_APPENDS_AT_ONCE]) {
    await expect.poll(() => appendToStream.mock.calls.length).toBe(most);
    await new Promise(setImmediate);
    expect(appendToStream).toHaveBeenCalledTimes(most);
    ends.shift()?.();
  }
  await expect.poll(() => appendToStream.mock.calls.length).toBe(1 + MAX_APPENDS_AT_ONCE + 1);
  for (const end of ends) end();
  await Promise.all(appends);
  await appender.close();
});

it(`A rebuild holds ${MAX_DOCUMENTS_IN_MEMORY - 1} documents in memory; with one more it writes a part of them`, async () => {
  const projection: Projection<{ id: string; position: string }> = {
    ...{ name: 'all', version: 1, handles: ['Happened'], indexes: [] },
    target: ({ id }) => ({ ids: [id] }),
    evolve: (_, __, id) => ({ id }),
  };
  const events = Array.from(
    { length: MAX_DOCUMENTS_IN_MEMORY },
    (_, n): StoredEvent => ({
      ...{ ...happened(), stream: 's', revision: n, position: String(n).padStart(15, '0') },
    }),
  );
  const projector = new Projector(projection, documents, { name: 'all@1.1', indexes: [] }, 'build');
  await projector.open();
  const write = vi.spyOn(documents, 'write');
  await projector.fold(events.slice(0, -1));
  expect(write).not.toHaveBeenCalled();
  await projector.fold(events.slice(-1));
  expect(write).toHaveBeenCalledTimes(1);
  const written = write.mock.calls[0]?.[1].length ?? 0;
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(MAX_DOCUMENTS_IN_MEMORY);
  write.mockRestore();
});
