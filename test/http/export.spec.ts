import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import {
  type HistoryDocument,
  history,
  subjectKeyOf,
} from '../../src/application/read-models/history/history.js';
import {
  MAX_EXPORT_MS,
  MAX_EXPORT_STALL_MS,
  MAX_EXPORTS,
  MAX_EXPORTS_PER_PRINCIPAL,
} from '../../src/domain/bounds.js';
import { Exports } from '../../src/infrastructure/http/exports/exports.js';
import { exportTypeOf } from '../../src/infrastructure/http/exports/media-types.js';
import { until } from '../until.js';
import { type Entry, everyPage } from './eight-weeks.js';
import { type KeyClient, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';
const COUNT = 10_000;

/** What a subject may be, and how CSV has it. */
const HOSTILE = new Map([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'].map((text): [string, string] => [text, `'${text}`]),
  ...['a "b", c', 'line\nbreak', 'Grüße 👋', "'=", 'a=b; c-d'].map((text): [string, string] => [text, text]),
  ['a;=1+1;@x', "a;'=1+1;'@x"],
  ['a\t+1\n-1\r\n@x', "a\t'+1\n'-1\r\n'@x"],
  ['a;"=1+1;b; =1', "a;'\"=1+1;b;' =1"],
  ['\t=1', "'\t'=1"],
]);
const SUBJECTS = [...HOSTILE.keys()];

const entry = (n: number): HistoryDocument => {
  const subjectLine = SUBJECTS[n % SUBJECTS.length] ?? '';
  const decidedAt = new Date(Date.parse('2026-02-01T00:00:00Z') + n * 60_000).toISOString();
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    position: '1',
    notificationId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    rule: 'account-expired',
    decision: 'raised',
    outcome: 'accepted',
    outcomeAt: decidedAt,
    // More than the buffers of a connection hold: 20 MB in all.
    detail: '250 OK'.padEnd(2_000),
    attempts: 1,
    decidedAt,
    decidedOn: decidedAt.slice(0, 10),
    slotAt: decidedAt,
    slotDate: decidedAt.slice(0, 10),
    slotZone: 'Europe/Berlin',
    lateByMs: 0,
    recipientId: `u${n % 100}`,
    recipientName: subjectLine,
    channel: 'email',
    recipientAddress: `u${n % 100}@x.example`,
    recipientMailbox: `u${n % 100}@x.example`,
    recipientEmail: `u${n % 100}@x.example`,
    escalation: false,
    partnerId: `p${n % 10}`,
    solutionId: n % 2 === 0 ? 'aurora' : 'boreal',
    subjectLine,
    subjectKey: subjectKeyOf(subjectLine),
    test: true,
  };
};

let herald: TestHerald;
let store: DocumentStore;
let admin: KeyClient;
let aurora: KeyClient;
let third: KeyClient;
beforeAll(async () => {
  herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '100000' });
  store = herald.herald.app.get(DocumentStore);
  const documents = Array.from({ length: COUNT }, (_, n) => entry(n));
  await store.write(
    herald.herald.app.get(ReadModels).collection(history),
    documents.map((document) => ({ id: document.id, position: '1', document })),
  );
  const keys = await herald.withKeys({
    aurora: { role: 'auditor', solutions: ['aurora'] },
    third: { role: 'auditor' },
  });
  ({ admin, aurora, third } = keys);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => herald.stop());

const exported = (who: KeyClient, type: string, query = '') =>
  who.send(`/v1/notifications${query}`, { headers: { accept: type } });

/** The records of RFC 4180, read as a spreadsheet would. */
const recordsOf = (text: string): readonly (readonly string[])[] => {
  const records: string[][] = [[]];
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  for (const [, quoted, plain = '', end] of cells) {
    records.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
};

/** Begins to read an export, and takes nothing of it. */
const beginExport = async (key: string): Promise<{ asked: ClientRequest; answer: IncomingMessage }> => {
  const asked = request(`${herald.url}/v1/notifications`, {
    headers: { accept: NDJSON, authorization: `Bearer ${key}` },
    agent: false,
  }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { asked, answer };
};

describe('An export', () => {
  it('as NDJSON has every decision that the list has, in its order', async () => {
    const { text, headers } = await exported(admin, NDJSON, '?order=oldest&partner=p3');
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    const listed = await everyPage<Entry>({ ...herald, get: admin.get }, '/v1/notifications', {
      order: 'oldest',
      partner: 'p3',
      limit: '200',
    });
    expect(lines.map((line) => JSON.parse(line))).toEqual(listed.flat());
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="herald-history.ndjson"');
    expect(headers.get('vary')).toBe('accept');
  });

  it('as CSV has a head, all 10,000 records, and no cell that a spreadsheet computes', async () => {
    const { text, headers } = await exported(admin, CSV);
    const [head = [], ...records] = recordsOf(text);
    expect(headers.get('content-disposition')).toBe('attachment; filename="herald-history.csv"');
    expect(records).toHaveLength(COUNT);
    expect(new Set(records.map(({ length }) => length))).toEqual(new Set([head.length]));
    for (const cell of records.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    const subject = head.indexOf('subjectLine');
    const subjects = records.slice(-HOSTILE.size).map((record) => record[subject]);
    expect(subjects).toEqual([...HOSTILE.values()].toReversed());
    expect(records.at(-1)?.[head.indexOf('notificationId')]).toBe(entry(0).notificationId);
    expect(records.at(-1)?.[head.indexOf('reason')]).toBe('');
  });

  it('has the solutions of a bound principal alone, as do the counts', async () => {
    const { text } = await exported(aurora, CSV);
    expect(recordsOf(text)).toHaveLength(COUNT / 2 + 1);
    expect(text).not.toContain('boreal');
    expect((await exported(aurora, NDJSON, '?solution=boreal')).text).toBe('');
    const from = '2026-01-01T00:00:00Z';
    const counted = await aurora.get<{ totals: { decisions: number } }>(
      `/v1/notifications/summary?from=${from}`,
    );
    expect(counted.body.totals.decisions).toBe(COUNT / 2);
  });

  it('of nothing is a head, or empty', async () => {
    expect(recordsOf((await exported(admin, CSV, '?q=nothing')).text)).toHaveLength(1);
    expect((await exported(admin, NDJSON, '?partner=none')).text).toBe('');
  });

  it('is asked for by name only, and a bad filter is refused', async () => {
    for (const accept of ['*/*', 'text/html, */*', 'application/json, text/csv', 'text/csv;q=0', 'text/*'])
      expect(exportTypeOf(accept), accept).toBeUndefined();
    for (const accept of [CSV, 'text/csv, */*', 'Text/CSV;q=0.9, application/json;q=0.5'])
      expect(exportTypeOf(accept), accept).toBe(CSV);
    expect(exportTypeOf('application/x-ndjson, text/csv;q=0.5')).toBe(NDJSON);
    const refused = await exported(admin, CSV, '?outcome=lost');
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it('is on record as an export', async () => {
    await exported(aurora, CSV, '?partner=p4');
    await herald.settled();
    const action = encodeURIComponent('GET /v1/notifications');
    const { body } = await admin.get<{ items: readonly { asked: Record<string, string> }[] }>(
      `/v1/access-log?action=${action}&principal=key:${aurora.id}&limit=1`,
    );
    expect(body.items[0]).toMatchObject({ status: 200, asked: { partner: 'p4', export: CSV } });
  });

  it('answers HEAD without reading', async () => {
    const find = vi.spyOn(store, 'findTexts');
    const { status, text } = await admin.send('/v1/notifications', {
      method: 'HEAD',
      headers: { accept: CSV },
    });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(find.mock.calls.filter(([{ name }]) => name.startsWith('history@'))).toHaveLength(1);
  });
});

describe('An export that nobody reads on', () => {
  it('waits, and ends when its client leaves', async () => {
    const find = vi.spyOn(store, 'findTexts');
    const { asked } = await beginExport(admin.key);
    const reads = () => find.mock.calls.filter(([{ name }]) => name.startsWith('history@')).length;
    let before = -1;
    await until(
      async () => [before, reads()],
      ([was, is]) => {
        before = is ?? 0;
        return was === is;
      },
    );
    expect(reads()).toBeLessThan(COUNT / 500);
    asked.destroy();
    await until(
      async () => {
        const others = await Promise.all(
          Array.from({ length: MAX_EXPORTS_PER_PRINCIPAL }, () => beginExport(admin.key)),
        );
        for (const other of others) other.asked.destroy();
        return others.map(({ answer }) => answer.statusCode);
      },
      (statuses) => statuses.every((status) => status === 200),
    );
  });

  it('is one of few: one more is refused until another has ended', async () => {
    const mine = Array.from({ length: MAX_EXPORTS_PER_PRINCIPAL }, () => beginExport(admin.key));
    const begun = await Promise.all(mine);
    const tooManyOfMine = await exported(admin, CSV);
    expect(tooManyOfMine).toMatchObject({ status: 429, body: { code: 'too-many-expensive-reads' } });
    const others = Array.from({ length: MAX_EXPORTS - begun.length }, () => beginExport(aurora.key));
    begun.push(...(await Promise.all(others)));
    const refused = await exported(third, CSV);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-expensive-reads' } });
    expect((await admin.get('/v1/notifications')).status).toBe(200);
    for (const { asked } of begun) asked.destroy();
    await until(
      async () => (await exported(admin, NDJSON, '?partner=p1')).status,
      (status) => status === 200,
    );
  });

  it('is given up after a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const exports = new Exports();
    const pieces = async function* () {
      yield 'a';
      yield 'b';
    };
    const open = (id: string) => exports.answer({ id }, 'x', CSV, async () => pieces());
    const files = await Promise.all(['a', 'b', 'a', 'b'].map(open));
    await expect(open('c')).rejects.toMatchObject({ code: 'too-many-expensive-reads' });
    await vi.advanceTimersByTimeAsync(MAX_EXPORT_STALL_MS);
    vi.useRealTimers();
    expect(files.map((file) => file.getStream().destroyed)).toEqual(files.map(() => true));
    (await open('a')).getStream().destroy();
  });

  it('is given up after half an hour, however fast it is taken', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const exports = new Exports();
    const pieces = async function* () {
      for (;;) yield 'a';
    };
    const stream = (await exports.answer({ id: 'a' }, 'x', CSV, async () => pieces())).getStream();
    const taken = stream[Symbol.asyncIterator]();
    const failed = vi.fn();
    for (let passed = 0; passed < MAX_EXPORT_MS; passed += MAX_EXPORT_STALL_MS / 2) {
      expect(stream.destroyed).toBe(false);
      await taken.next();
      await vi.advanceTimersByTimeAsync(MAX_EXPORT_STALL_MS / 2);
    }
    vi.useRealTimers();
    await taken.next().catch(failed);
    expect(failed.mock.calls[0]?.[0]).toMatchObject({ message: 'It took longer than 30 min.' });
  });

  it('has room again for its principal when it could not begin', async () => {
    const exports = new Exports();
    const failing = () =>
      exports.answer({ id: 'a' }, 'x', CSV, () => Promise.reject(new Error('The disk is gone.')));
    for (let n = 0; n <= MAX_EXPORTS; n += 1) await expect(failing()).rejects.toThrow('The disk is gone.');
  });

  it('is broken off at shutdown', async () => {
    const exports = new Exports();
    const pieces = async function* () {
      yield 'a';
    };
    const stream = (await exports.answer({ id: 'a' }, 'x', CSV, async () => pieces())).getStream();
    exports.beforeApplicationShutdown();
    expect(stream.destroyed).toBe(true);
  });
});

describe('An export that cannot be completed', () => {
  it('breaks the connection off', async () => {
    const find = store.findTexts.bind(store);
    let calls = 0;
    vi.spyOn(store, 'findTexts').mockImplementation((collection, query) => {
      calls += collection.name.startsWith('history') ? 1 : 0;
      return calls > 3 ? Promise.reject(new Error('The disk is gone.')) : find(collection, query);
    });
    await expect(exported(admin, NDJSON)).rejects.toThrow();
    expect(calls).toBe(4);
  });

  it('is refused as a problem if it has not begun', async () => {
    vi.spyOn(store, 'findTexts').mockRejectedValue(new Error('The disk is gone.'));
    expect((await exported(admin, CSV)) as { body: ProblemBody }).toMatchObject({
      status: 500,
      body: { code: 'internal-error' },
    });
  });
});
