import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamHistoryHandler } from '../../src/application/audit/changes/stream-history.js';
import { JSON_TYPE, type KeyClient, startTestHerald, type TestHerald } from '../http/herald.js';

let herald: TestHerald;
let keys: Readonly<Record<'watcher' | 'admin', KeyClient>>;
beforeEach(async () => {
  herald = await startTestHerald();
  keys = await herald.withKeys({ watcher: { role: 'auditor', expiresAt: '2026-03-02T12:00:00Z' } });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

const open = async (path: string, key: KeyClient, accept = '*/*') => {
  const response = await fetch(`${herald.url}${path}`, {
    headers: { authorization: `Bearer ${key.key}`, accept },
  });
  expect(response.status).toBe(200);
  return text(response.body ?? new ReadableStream());
};

const revoke = () => keys.admin.post(`/v1/keys/${keys.watcher.id}/revoke`, JSON_TYPE, '');

describe.each(['/v1/projections/people/progress', '/console/projections/people/progress'])(
  'the stream %s',
  (path) => {
    it('ends when its key is revoked; that of another key goes on', async () => {
      const watched = open(path, keys.watcher);
      const other = open(path, keys.admin);
      await revoke();
      await watched;
      expect(await Promise.race([other, setImmediate('open')])).toBe('open');
      await herald.stop();
      await other;
    });

    it('ends when its key expires', async () => {
      const watched = open(path, keys.watcher);
      await keys.admin.moveTo('2026-03-02T12:00:00Z');
      await watched;
    });
  },
);

it('A stream that was opened while access was open ends when the first key is created', async () => {
  const unconfigured = await startTestHerald();
  const { body } = await fetch(`${unconfigured.url}/v1/projections/people/progress`);
  const watched = text(body ?? new ReadableStream());
  await unconfigured.withKeys({});
  await watched;
  await unconfigured.stop();
});

it('An export breaks off when its key is revoked', async () => {
  const page = { entries: () => [], texts: () => ['{}'] };
  async function* endless() {
    for (;;) {
      yield page;
      await setImmediate();
    }
  }
  vi.spyOn(StreamHistoryHandler.prototype, 'execute').mockResolvedValue(endless() as never);
  const exported = open('/v1/notifications', keys.watcher, 'application/x-ndjson');
  const brokenOff = expect(exported).rejects.toThrow('terminated');
  await revoke();
  await brokenOff;
});
