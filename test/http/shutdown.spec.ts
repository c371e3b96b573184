import { expect, it, vi } from 'vitest';
import { DocumentStore } from '../../src/application/ports/document-store.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { startTestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

it('Somebody who watches a replay does not keep Herald from ending', async () => {
  const herald = await startTestHerald();
  const { body } = await fetch(`${herald.url}/v1/projections/history/progress`);
  const watching = new Response(body).text();
  await herald.stop();
  expect(await watching).not.toContain('error');
});

it.each([
  ['writes', 'write'],
  ['reads', 'get'],
] as const)(
  'A store that does not answer %s does not keep Herald from ending, nor the log from being closed',
  async (_, method) => {
    const herald = await startTestHerald({ HERALD_STOP_WITHIN: '5' });
    const documents = herald.herald.app.get(DocumentStore);
    const asking = new Promise<void>((begun) => {
      vi.spyOn(documents, method).mockImplementation(() => {
        begun();
        return new Promise<never>(() => undefined);
      });
    });
    await herald.publishAll(SMALL_WORLD);
    await asking;
    const closed = vi.spyOn(herald.herald.app.get(EventStore), 'close');
    await herald.stop();
    expect(closed).toHaveBeenCalled();
  },
);

it('A request that is not answered does not keep Herald from ending', async () => {
  const herald = await startTestHerald({ HERALD_STOP_WITHIN: '5' });
  const asked = new Promise<void>((begun) => {
    vi.spyOn(herald.herald.app.get(EventStore), 'append').mockImplementation(() => {
      begun();
      return new Promise<never>(() => undefined);
    });
  });
  const answer = herald.publishAll(SMALL_WORLD).catch(() => 'cut off');
  await asked;
  await herald.stop();
  expect(await answer).toBe('cut off');
});
