import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { newFolder, settingsIn } from '../replay/running.js';

const KEY = 'the-key-of-an-admin-that-nobody-can-guess';

it('An instance that is killed right after an answer has recorded who got it', async () => {
  const folder = newFolder();
  const main = new URL('../../dist/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: {
      ...process.env,
      ...settingsIn(folder),
      HERALD_PORT: '0',
      HERALD_ADMIN_KEY: KEY,
      HERALD_LOG_LEVEL: 'info',
    },
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url) break;
  }
  const answer = await fetch(`${url}/v1/people?partner=linden`, {
    headers: { authorization: `Bearer ${KEY}`, 'herald-purpose': 'Ticket 42' },
  });
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(answer.status).toBe(200);
  const log = new SqliteEventStore({ file: settingsIn(folder).HERALD_EVENT_STORE?.slice(7) ?? '' });
  const recorded: unknown[] = [];
  for await (const events of log.readAll()) for (const { data } of events) recorded.push(data);
  await log.close();
  expect(recorded).toEqual([
    expect.objectContaining({ action: 'GET /v1/people', asked: { partner: 'linden' }, purpose: 'Ticket 42' }),
  ]);
});
