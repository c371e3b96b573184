import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canBeFirst, signalFirst, spawnFirst } from '../operations/first-process.js';
import { makeLog, momentOf, newFolder, settingsIn, start, until } from '../replay/running.js';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const { PATH } = process.env;

describe.skipIf(!canBeFirst)('A command that is the first process of a container', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const run = (...command: readonly string[]) => {
    const { port } = server.address() as AddressInfo;
    return spawnFirst({ PATH }, MAIN, ...command, '--url', `http://127.0.0.1:${port}`);
  };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('is ended by %s at once, with %i', async (signal, code) => {
    const command = run('workers');
    await once(server, 'request');
    signalFirst(command, signal);
    expect(await once(command, 'exit')).toEqual([code, null]);
  });

  it('pauses a replay, and says how to resume it', async () => {
    server.on('request', ({ url }, response) => {
      if (url?.endsWith('/progress')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        server.emit('followed');
      } else response.setHeader('content-type', 'application/json').end('{}');
    });
    const command = run('replay', 'agenda');
    await once(server, 'followed');
    signalFirst(command, 'SIGTERM');
    const [said, [code]] = await Promise.all([text(command.stdout), once(command, 'exit')]);
    expect([said, code]).toEqual(['Paused. Resume with: herald replay agenda --resume\n', 143]);
  });

  it('leaves nothing of what it rebuilt to verify', async () => {
    const [folder, temporary] = [newFolder(), newFolder()];
    const time = { HERALD_CLOCK_START: momentOf(20_000) };
    await makeLog(join(folder, 'events.db'), 20_000, 1_000);
    await (await start(folder, time)).stop();
    const command = spawnFirst(
      { PATH, ...settingsIn(folder, time), TMPDIR: temporary },
      ...[MAIN, 'verify', 'history'],
    );
    await until(
      async () => readdirSync(temporary, { recursive: true }).filter((name) => String(name).endsWith('.db')),
      (files) => files.length > 0,
    );
    signalFirst(command, 'SIGTERM');
    expect(await once(command, 'exit')).toEqual([143, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
