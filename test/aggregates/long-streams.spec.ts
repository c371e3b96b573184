import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import { DocumentSnapshots } from '../../src/application/aggregates/snapshots.js';
import { belongsTo, fold } from '../../src/application/aggregates/streams.js';
import type { Document } from '../../src/application/ports/document-store.js';
import type { ReadStreamOptions, StoredEvent } from '../../src/application/ports/event-store.js';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { ApprovalQueue } from '../../src/domain/approval-queue/approval-queue.js';
import {
  MAX_CACHED_AGGREGATES,
  MAX_EVENTS_WITHOUT_SNAPSHOT,
  MAX_REMEMBERED_COMMANDS,
} from '../../src/domain/bounds.js';
import { Notification } from '../../src/domain/notification/notification.js';
import { Partner } from '../../src/domain/partner/partner.js';
import { SocialAccount } from '../../src/domain/social-account/social-account.js';
import { Solution } from '../../src/domain/solution/solution.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { startTestHerald } from '../http/herald.js';
import { newFolder } from '../replay/running.js';
import { until } from '../until.js';

const NOW = '2026-03-02T09:00:00.000Z';
const clock = { now: () => NOW, monotonicMs: () => 0, kind: 'test' as const };
const LENGTH = 6 * MAX_EVENTS_WITHOUT_SNAPSHOT;
const SNAPSHOTS = { name: 'snapshots@1', indexes: [] };

/** Counts the events that are read from streams. */
class CountingLog extends SqliteEventStore {
  read = 0;

  override async *readStream(stream: string, options?: ReadStreamOptions): AsyncGenerator<StoredEvent> {
    for await (const event of super.readStream(stream, options)) {
      this.read += 1;
      yield event;
    }
  }

  /** How many events are read meanwhile. */
  async during(work: () => Promise<unknown>): Promise<number> {
    const before = this.read;
    await work();
    return this.read - before;
  }
}

const renamed = (n: number) => ({
  command: {
    type: 'ChangeUser',
    data: { userId: 'ada', partnerId: 'p', name: `Ada the ${n}th` },
    at: NOW,
  } as const,
  context: { actor: 'platform', commandId: `rename-${n}`, source: '/test', sourceId: `${n}` },
});
const renames = (count: number, from = 0) => Array.from({ length: count }, (_, n) => renamed(from + n));

let log: CountingLog;
let documents: SqliteDocumentStore;
const instance = (release = '1.0.0') => new Aggregates(log, clock, new DocumentSnapshots(documents, release));

const snapshot = async (stream = 'partner-p') =>
  (await documents.get<Document & Record<string, unknown>>(SNAPSHOTS, [stream])).get(stream);
const snapshotAt = (revision: number) =>
  until(snapshot, (found) => Number(found?.revision ?? -1) >= revision);

beforeEach(() => {
  const folder = newFolder();
  log = new CountingLog({ file: `${folder}/events.db` });
  documents = new SqliteDocumentStore({ file: `${folder}/documents.db` });
});
afterEach(async () => {
  await log.close();
  await documents.close();
});

describe('an aggregate with a long stream', () => {
  it('costs per command what one with a short stream does', async () => {
    const aggregates = instance();
    await aggregates.execute(Partner, 'p', renames(LENGTH));
    // What this instance has appended itself it need not read.
    expect(await log.during(() => aggregates.execute(Partner, 'p', [renamed(LENGTH)]))).toBe(0);
    expect(await log.during(() => aggregates.execute(Partner, 'p', [renamed(LENGTH + 1)]))).toBe(0);
    expect(await log.during(() => aggregates.load(Partner, 'p'))).toBe(0);
    expect(await aggregates.load(Partner, 'p')).toEqual(await instance().load(Partner, 'p'));
  });

  it('is loaded from its last snapshot and what came since', async () => {
    await instance().execute(Partner, 'p', renames(LENGTH));
    await snapshotAt(LENGTH - 2 * MAX_EVENTS_WITHOUT_SNAPSHOT);
    const revision = Number((await snapshot())?.revision);
    const cold = instance();
    // 100 events, to see whether the stream is short; the event of the snapshot; and what came since.
    expect(await log.during(() => cold.load(Partner, 'p'))).toBeLessThanOrEqual(100 + 1 + LENGTH - revision);
    expect(await cold.loadAt(Partner, 'p')).toMatchObject(await cold.loadUntil(Partner, 'p', {}));
  });

  it('is read from the log once where it has no snapshot yet', async () => {
    const length = MAX_EVENTS_WITHOUT_SNAPSHOT - 1;
    await instance().execute(Partner, 'p', renames(length));
    const cold = instance();
    expect(await log.during(() => cold.load(Partner, 'p'))).toBe(length);
    expect(await cold.loadAt(Partner, 'p')).toMatchObject(await cold.loadUntil(Partner, 'p', {}));
    expect(await snapshot()).toBeUndefined();
  });

  it('remembers the commands of its last events, and no others', async () => {
    const aggregates = instance();
    await aggregates.execute(Partner, 'p', renames(LENGTH));
    const recent = renames(MAX_REMEMBERED_COMMANDS, LENGTH - MAX_REMEMBERED_COMMANDS);
    for (const one of [aggregates, instance()])
      expect(new Set(await one.execute(Partner, 'p', recent))).toEqual(new Set(['duplicate']));
    const size = JSON.stringify((await snapshotAt(0))?.commands).length;
    expect(size).toBeLessThan(100 * MAX_REMEMBERED_COMMANDS);
  });
});

describe('a snapshot', () => {
  const state = () => instance().load(Partner, 'p');
  const whole = () => new Aggregates(log, clock).load(Partner, 'p');

  beforeEach(async () => {
    await instance().execute(Partner, 'p', renames(LENGTH));
    await snapshotAt(LENGTH - 2 * MAX_EVENTS_WITHOUT_SNAPSHOT);
  });

  const change = async (changes: object) => {
    const found = await snapshot();
    await documents.drop(SNAPSHOTS);
    await documents.ensure(SNAPSHOTS);
    const document = { ...found, ...changes } as Document;
    await documents.write(SNAPSHOTS, [{ id: document.id, position: document.position, document }]);
  };

  it('that is lost is made again', async () => {
    await documents.drop(SNAPSHOTS);
    expect(await state()).toEqual(await whole());
    await snapshotAt(LENGTH - 1);
  });

  it('of another version is not used', async () => {
    await change({ state: { users: { eve: {} } } });
    expect(await instance('2.0.0').load(Partner, 'p')).toEqual(await whole());
    await change({ state: { users: { eve: {} } }, version: '1.0.0/0' });
    expect(await state()).toEqual(await whole());
  });

  it('that is ahead of its log, or of another one, is discarded', async () => {
    for (const changes of [{ revision: LENGTH + 7 }, { eventId: '00000000-0000-4000-8000-000000000000' }]) {
      await change({ state: { users: { eve: {} } }, ...changes });
      expect(await state()).toEqual(await whole());
      await until(snapshot, (found) => found === undefined || !('eve' in (found.state as never)));
    }
  });

  it('is not waited for where documents cannot be had', async () => {
    await documents.close();
    expect(await state()).toEqual(await whole());
    documents = new SqliteDocumentStore({ file: `${newFolder()}/documents.db` });
  });
});

describe('what is in memory', () => {
  it('stays there while any number of notifications come and go', async () => {
    const aggregates = instance();
    await aggregates.execute(Partner, 'p', renames(10));
    await aggregates.load(Partner, 'p');
    for (let n = 0; n < 11_000; n += 1) await aggregates.load(Notification, `n${n}`);
    expect(await log.during(() => aggregates.load(Partner, 'p'))).toBe(0);
  });

  it('is bounded by how large it is', async () => {
    const aggregates = instance();
    const name = 'x'.repeat(500_000);
    const add = (n: number) => ({
      command: {
        type: 'AddUser',
        data: { userId: 'ada', partnerId: `p${n}`, name, email: 'ada@p.example', role: 'admin' },
        at: NOW,
      } as const,
      context: { actor: 'platform' },
    });
    const count = Math.ceil(MAX_CACHED_AGGREGATES / name.length) + 2;
    for (let n = 0; n < count; n += 1) {
      await aggregates.execute(Partner, `p${n}`, [add(n)]);
      await aggregates.load(Partner, `p${n}`);
    }
    expect(await log.during(() => aggregates.load(Partner, `p${count - 1}`))).toBe(0);
    expect(await log.during(() => aggregates.load(Partner, 'p0'))).toBe(1);
  });
});

describe('the states that snapshots hold', () => {
  const events: StoredEvent[] = [];
  beforeAll(async () => {
    const herald = await startTestHerald({ HERALD_CLOCK_START: START });
    await play(new Client(herald.url));
    events.push(...(await herald.events()));
    await herald.stop();
  }, 120_000);
  afterAll(() => events.splice(0));

  it.each([Partner, Solution, SocialAccount, ApprovalQueue])(
    'of a $category are the same when they are read again',
    (one) => {
      const decider = one as typeof Partner;
      const states = new Map<string, readonly [unknown, unknown]>();
      for (const event of events.filter((each) => belongsTo(decider, each))) {
        const [kept, again] = states.get(event.stream) ?? [decider.initialState, decider.initialState];
        const read = JSON.parse(JSON.stringify(again)) as typeof decider.initialState;
        states.set(event.stream, [fold(decider, kept as typeof read, event), fold(decider, read, event)]);
      }
      expect(states.size).toBeGreaterThan(0);
      for (const [kept, again] of states.values()) expect(again).toEqual(kept);
    },
  );
});
