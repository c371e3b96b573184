import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import { MAX_APPEND_BYTES } from '../../src/domain/bounds.js';
import type { Decider, Fact } from '../../src/domain/kernel/event.js';
import { HeraldError, hasCode } from '../../src/domain/kernel/herald-error.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { newFolder } from '../replay/running.js';

type Note = Fact<'Noted', { readonly text: string }>;

/** Notes texts, each once; refuses the empty one. */
const Notes: Decider<readonly string[], string, Note> = {
  category: 'partner',
  initialState: [],
  decide: (text, noted) => {
    if (text === '') throw new HeraldError('empty-append', 'There is nothing to note: give some text.');
    return noted.includes(text)
      ? []
      : [{ type: 'Noted', data: { text }, occurredAt: '2026-03-02T09:00:00.000Z' }];
  },
  evolve: (noted, { data }) => [...noted, data.text],
};

const clock = { kind: 'test' as const, now: () => '2026-03-02T09:00:00.000Z', monotonicMs: () => 0 };
const request = (command: string) => ({ command, context: { actor: 'test' } });

let store: SqliteEventStore;
beforeAll(() => {
  store = new SqliteEventStore({ file: `${newFolder()}/events.db` });
});
afterAll(() => store.close());

describe('commands on one aggregate', () => {
  it('of two instances at the same moment are all carried out, though neither has an id', async () => {
    const [one, other] = [new Aggregates(store, clock), new Aggregates(store, clock)];
    for (let n = 0; n < 20; n += 1) {
      const id = `pair-${n}`;
      await Promise.all([
        one.execute(Notes, id, [request('ada')]),
        other.execute(Notes, id, [request('ben')]),
      ]);
      expect([...(await one.load(Notes, id))].sort()).toEqual(['ada', 'ben']);
    }
  });

  it('are decided on what another instance has appended since, even if the cache is stale', async () => {
    const [one, other] = [new Aggregates(store, clock), new Aggregates(store, clock)];
    await one.execute(Notes, 'since', [request('ada')]);
    await other.execute(Notes, 'since', [request('ben')]);
    expect(await one.execute(Notes, 'since', [request('ben')])).toEqual(['nothing']);
    await other.execute(Notes, 'since', [request('cai')]);
    expect(await one.execute(Notes, 'since', [request('dan')])).toEqual(['recorded']);
    await other.execute(Notes, 'since', [request('eve')]);
    await expect(one.execute(Notes, 'since', [request('')])).rejects.toSatisfy((error) =>
      hasCode(error, 'empty-append'),
    );
    expect(await one.load(Notes, 'since')).toEqual(['ada', 'ben', 'cai', 'dan', 'eve']);
  });

  it('are seen by whoever asks once the log has them, although the append has not returned', async () => {
    const Noted = { ...Notes, snapshotVersion: 1 };
    const states: (readonly string[])[] = [];
    class Late extends SqliteEventStore {
      override async append(...given: Parameters<SqliteEventStore['append']>) {
        const appended = await super.append(...given);
        const read = [await aggregates.current(Noted, 'late'), await aggregates.recent(Noted, 'late')];
        states.push(...read.map(({ state }) => state));
        return appended;
      }
    }
    const log = new Late({ file: `${newFolder()}/events.db` });
    const aggregates = new Aggregates(log, clock);
    await aggregates.load(Noted, 'late');
    await aggregates.execute(Noted, 'late', [request('ada')]);
    expect(states).toEqual([['ada'], ['ada']]);
    await log.close();
  });

  it('on what is new to this instance, and most likely to all, find what another has begun', async () => {
    const [one, other] = [new Aggregates(store, clock), new Aggregates(store, clock)];
    expect(await one.create(Notes, 'new', [request('ada')])).toEqual(['recorded']);
    expect(await other.create(Notes, 'new', [request('ada'), request('ben')])).toEqual([
      'nothing',
      'recorded',
    ]);
    expect(await one.load(Notes, 'new')).toEqual(['ada', 'ben']);
  });

  it('that are the same are carried out once, by however many instances', async () => {
    const instances = Array.from({ length: 4 }, () => new Aggregates(store, clock));
    await Promise.all(instances.map((one) => one.execute(Notes, 'same', [request('ada')])));
    expect(await instances[0]?.load(Notes, 'same')).toEqual(['ada']);
  });

  it('are appended together as far as they fit, and each of them is', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(200_000, '.'));
    const aggregates = new Aggregates(store, clock);
    expect(await aggregates.execute(Notes, 'large', texts.map(request))).toEqual(texts.map(() => 'recorded'));
    expect(await aggregates.load(Notes, 'large')).toEqual(texts);
  });

  it('that are refused, or too large for any append, do not cost the others', async () => {
    const aggregates = new Aggregates(store, clock);
    const commands = ['first', '', 'x'.repeat(MAX_APPEND_BYTES), 'last'];
    const results = await aggregates.executeEach(Notes, 'some', commands.map(request));
    expect(results.map((result) => (result instanceof HeraldError ? result.code : result))).toEqual([
      ...['recorded', 'empty-append', 'append-too-large', 'recorded'],
    ]);
    expect(await aggregates.load(Notes, 'some')).toEqual(['first', 'last']);
  });

  it('that are carried out as one are refused as one', async () => {
    const aggregates = new Aggregates(store, clock);
    const refused = aggregates.execute(Notes, 'none', ['first', ''].map(request));
    await expect(refused).rejects.toSatisfy((error) => hasCode(error, 'empty-append'));
    expect(await aggregates.load(Notes, 'none')).toEqual([]);
  });
});
