import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { startTestHerald, type TestHerald } from './herald.js';

/** An entry of the history as it is answered. */
export type Entry = Omit<HistoryEntry, 'id' | 'position'>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A Herald that has lived through samples/eight-weeks.json. */
export const playedHerald = async (): Promise<TestHerald> => {
  const herald = await startTestHerald({ HERALD_CLOCK_START: START });
  await play(new Client(herald.url));
  await herald.settled();
  return herald;
};

/** All items of a list, page by page. */
export const everyPage = async <T>(
  herald: TestHerald,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly (readonly T[])[]> => {
  const pages: (readonly T[])[] = [];
  let after: string | null = null;
  do {
    const parameters: URLSearchParams = new URLSearchParams({ ...query, ...(after ? { after } : {}) });
    const { status, body } = await herald.get<Page<T>>(`${path}?${parameters}`);
    if (status !== 200) throw new Error(`${path}?${parameters}: ${status} ${JSON.stringify(body)}`);
    pages.push(body.items);
    after = body.next;
  } while (after);
  return pages;
};

/** The whole history, oldest first. */
export const wholeHistory = async (herald: TestHerald): Promise<readonly Entry[]> =>
  (await everyPage<Entry>(herald, '/v1/notifications', { order: 'oldest', limit: '200' })).flat();
