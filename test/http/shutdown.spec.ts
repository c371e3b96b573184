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

it('A store that answers nothing does not keep Herald from ending, nor the log from being closed', async () => {
  const herald = await startTestHerald({ HERALD_STOP_WITHIN: '5' });
  const documents = herald.herald.app.get(DocumentStore);
  const writing = new Promise<void>((begun) => {
    vi.spyOn(documents, 'write').mockImplementation(() => {
      begun();
      return new Promise(() => undefined);
    });
  });
  await herald.publishAll(SMALL_WORLD);
  await writing;
  const closed = vi.spyOn(herald.herald.app.get(EventStore), 'close');
  await herald.stop();
  expect(closed).toHaveBeenCalled();
});

it('A request that is not answered does not keep Herald from ending', async () => {
  const herald = await startTestHerald({ HERALD_STOP_WITHIN: '5' });
  const asked = new Promise<void>((begun) => {
    vi.spyOn(herald.herald.app.get(EventStore), 'append').mockImplementation(() => {
      begun();
      return new Promise(() => undefined);
    });
  });
  const answer = herald.publishAll(SMALL_WORLD).catch(() => 'cut off');
  await asked;
  await herald.stop();
  expect(await answer).toBe('cut off');
});
