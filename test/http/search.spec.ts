import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import {
  type HistoryDocument,
  history,
  subjectKeyOf,
} from '../../src/application/read-models/history/history.js';
import { MAX_SEARCHED_SUBJECTS } from '../../src/domain/bounds.js';
import { type Entry, everyPage, playedHerald, wholeHistory } from './eight-weeks.js';
import type { ProblemBody, TestHerald } from './herald.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
});
afterAll(() => herald.stop());

const idsOf = (entries: readonly Entry[]) => entries.map(({ notificationId }) => notificationId);

const found = async (q: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
  idsOf(
    (await everyPage<Entry>(herald, '/v1/notifications', { q, order: 'oldest', limit: '7', ...more })).flat(),
  );

const meant = (matches: (entry: Entry) => boolean) => idsOf(all.filter(matches));

const distinct = (values: readonly (string | undefined)[]) =>
  [...new Set(values)].filter((value) => value !== undefined && value !== '') as string[];

describe('A text finds the decisions', () => {
  it('with this id', async () => {
    for (const id of idsOf(all).slice(0, 20)) {
      expect(await found(id)).toEqual([id]);
      expect(await found(` ${id.toUpperCase()} `)).toEqual([id]);
    }
    expect(await found('00000000-0000-4000-8000-000000000000')).toEqual([]);
  });

  it.each(['recipientId', 'accountId', 'partnerId'] as const)('with this %s', async (field) => {
    const values = distinct(all.map((entry) => entry[field])).filter((value) => !value.includes('@'));
    expect(values.length).toBeGreaterThan(1);
    for (const value of values)
      expect(await found(value), value).toEqual(meant((entry) => entry[field] === value));
  });

  it('to this address', async () => {
    for (const address of distinct(all.map(({ recipientEmail }) => recipientEmail))) {
      const { body } = await herald.get<{ items: readonly Entry[] }>(
        `/v1/notifications?limit=200&order=oldest&recipient=${encodeURIComponent(address)}`,
      );
      expect(await found(address)).toEqual(idsOf(body.items));
    }
    expect(await found('nobody@nowhere.example')).toEqual([]);
  });

  it('withheld for this reason', async () => {
    const reasons = distinct(all.map(({ reason }) => reason));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons)
      expect(await found(reason)).toEqual(meant((entry) => entry.reason === reason));
  });

  it('whose subject begins so, in any case and with any spaces', async () => {
    const subjects = distinct(all.map(({ subjectLine }) => subjectLine));
    expect(subjects.length).toBeGreaterThan(3);
    for (const subject of subjects)
      for (const text of [subject, subject.slice(0, 9).toUpperCase(), ` ${subject.slice(0, 15)}`]) {
        const key = subjectKeyOf(text);
        const begins = meant(
          ({ subjectLine }) => subjectLine !== undefined && subjectKeyOf(subjectLine).startsWith(key),
        );
        expect(begins.length).toBeGreaterThan(0);
        expect(await found(text), text).toEqual(begins);
      }
    expect(await found('no subject begins so')).toEqual([]);
    expect(await found('%')).toEqual([]);
  });

  it('that also match all other filters', async () => {
    const partnerId = all[0]?.partnerId ?? '';
    expect(await found(partnerId, { decision: 'withheld' })).toEqual(
      meant((entry) => entry.partnerId === partnerId && entry.decision === 'withheld'),
    );
    const id = all[0]?.notificationId ?? '';
    expect(await found(id, { partner: partnerId })).toEqual([id]);
    expect(await found(id, { partner: 'another' })).toEqual([]);
    expect(await found('greta', { recipient: 'jonas' })).toEqual([]);
  });

  it('but not of more than 50 different subjects', async () => {
    const { app } = herald.herald;
    const collection = app.get(ReadModels).collection(history);
    const [known] = (await app.get(DocumentStore).find<HistoryDocument>(collection, { limit: 1 })).documents;
    const write = (from: number, to: number) =>
      app.get(DocumentStore).write(
        collection,
        Array.from({ length: to - from }, (_, n) => {
          const subjectLine = `Zebra ${from + n}`;
          const document = {
            ...known,
            id: `zebra-${from + n}`,
            subjectLine,
            subjectKey: subjectKeyOf(subjectLine),
          };
          return { id: document.id, position: known?.position ?? '', document: document as HistoryDocument };
        }),
      );
    await write(0, MAX_SEARCHED_SUBJECTS);
    const first = await herald.get<{ items: readonly Entry[] }>('/v1/notifications?q=zebra&limit=200');
    expect(first.body.items).toHaveLength(MAX_SEARCHED_SUBJECTS);
    await write(MAX_SEARCHED_SUBJECTS, MAX_SEARCHED_SUBJECTS + 1);
    for (const path of ['/v1/notifications', '/v1/notifications/summary'])
      expect(await herald.get<ProblemBody>(`${path}?q=zebra`)).toMatchObject({
        status: 422,
        body: { code: 'search-too-broad' },
      });
  });
});
