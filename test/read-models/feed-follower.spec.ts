import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { FeedFollower } from '../../src/application/read-models/engine/feed-follower.js';
import type { LiveProjector } from '../../src/application/read-models/engine/live-projector.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happenings } from '../contract/events.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-follower-'));
const log = new SqliteEventStore({ file: join(folder, 'events.db') });
afterAll(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Documents that hold all up to a position. */
const documentsAt = (position: string | undefined) => {
  const documents = {
    position,
    recover: async () => undefined,
    fold: async (events: readonly StoredEvent[]) => {
      documents.position = events.at(-1)?.position ?? documents.position;
    },
  };
  return documents as typeof documents & LiveProjector;
};

it('Documents that are ahead and replace stopped ones leave no event out of what is passed on', async () => {
  await log.append('one', happenings(1_250), 'no-stream');
  const events: StoredEvent[] = [];
  for await (const batch of log.readAll()) events.push(...batch);
  const positionOf = (n: number) => events[n]?.position;
  const passed: string[] = [];
  const follower = new FeedFollower(
    log,
    (some) => passed.push(...some.map(({ id }) => id)),
    () => false,
  );
  follower.begin(positionOf(9), documentsAt(positionOf(9)));
  // The ones that stand still: what the feed brings waits nowhere.
  follower.detach();
  follower.offer(events.slice(10, 1_200), true);

  const ahead = documentsAt(positionOf(1_199));
  expect(follower.isDone(ahead)).toBe(false);
  while (!follower.isDone(ahead)) await follower.foldNext(ahead);
  expect(passed).toEqual(events.slice(10, 1_200).map(({ id }) => id));

  follower.offer(events.slice(1_200), true);
  while (!follower.isDone(ahead)) await follower.foldNext(ahead);
  expect(passed).toEqual(events.slice(10).map(({ id }) => id));
});
