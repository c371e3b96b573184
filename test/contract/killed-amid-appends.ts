import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { byStream, revisions, take } from './events.js';

/**
 * Kills a process amid its appends, again and again: every append is whole, and all that it had acknowledged is there.
 * @param start starts one that appends seven events to a stream at once, until it is killed, and tells the streams that are done.
 */
export async function expectNothingLostBy(start: () => ChildProcess, file: string): Promise<void> {
  const acknowledged: string[] = [];
  for (const messages of [1, 2, 3, 5, 8, 13]) {
    const child = start();
    const exited = once(child, 'exit');
    let received = 0;
    child.on('message', (streams: string[]) => {
      acknowledged.push(...streams);
      received += 1;
      if (received === messages) child.kill('SIGKILL');
    });
    expect(await exited).toEqual([null, 'SIGKILL']);

    const store = new SqliteEventStore({ file });
    const streams = byStream(await take(store.readAll(), Number.POSITIVE_INFINITY));
    for (const events of streams.values()) expect(revisions(events)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(acknowledged.filter((stream) => !streams.has(stream))).toEqual([]);
    await store.close();
  }
}
