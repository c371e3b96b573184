import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import {
  makeLog,
  momentOf,
  newFolder,
  settingsIn,
  spawnCli,
  spawnCliWith,
  start,
  until,
} from '../replay/running.js';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** Answers that a replay began, and nothing of its progress. */
const beginning = async (): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer(({ url }, response) => {
    if (url?.endsWith('/progress')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      server.emit('followed');
    } else response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
};

it.each([
  [['--dry-run'], '--resume --dry-run'],
  [['--verify'], '--resume --verify'],
  [['--from', '00000000000000000001'], '--resume --dry-run'],
  [[], '--resume'],
])('Ctrl-C says how to resume what began with %j, so that a look stays one', async (options, resumed) => {
  const { url, server } = await beginning();
  const terminal = spawn(process.execPath, [MAIN, 'replay', 'agenda', ...options, '--url', url]);
  await once(server, 'followed');
  terminal.kill('SIGINT');
  expect(await text(terminal.stdout)).toBe(`Paused. Resume with: herald replay agenda ${resumed}\n`);
  server.closeAllConnections();
  server.close();
});

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s pauses a replay as Ctrl-C does, and says how to resume it', async (signal, code) => {
  const { url, server } = await beginning();
  const paths: (string | undefined)[] = [];
  server.on('request', (request) => paths.push(request.url));
  const terminal = spawn(process.execPath, [MAIN, 'replay', 'agenda', '--url', url]);
  await once(server, 'followed');
  terminal.kill(signal);
  const [said, [ended]] = await Promise.all([text(terminal.stdout), once(terminal, 'exit')]);
  expect([said, ended]).toEqual(['Paused. Resume with: herald replay agenda --resume\n', code]);
  expect(paths.at(-1)).toBe('/v1/projections/agenda/pause');
  server.closeAllConnections();
  server.close();
});

const PAUSED = 'Paused. Resume with: herald replay agenda --resume\n';
const SWAPPED = { status: 409, code: 'replay-not-in-state', detail: 'It is swapped.' };
const AWAY = { status: 503, code: 'document-store-unavailable', detail: 'MongoDB is away.' };

it.each([
  ['SIGINT', { status: 200 }, 130, PAUSED],
  ['SIGTERM', { status: 200 }, 143, PAUSED],
  ['SIGTERM', SWAPPED, 143, 'Not paused: it may be swapped already. Look at it with: herald projections\n'],
  ['SIGTERM', AWAY, 143, 'Not paused: MongoDB is away. Look at the replay with: herald projections\n'],
] as const)(
  '%s amid the comparison pauses, too, where that is answered with %j',
  async (signal, answer, code, says) => {
    let compare: ServerResponse | undefined;
    const problem = (response: ServerResponse, { status, ...body }: typeof SWAPPED | typeof AWAY) =>
      response
        .writeHead(status, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ status, ...body }));
    const server = createServer(({ url }, response) => {
      if (url?.endsWith('/progress'))
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end('data: {"status":"following","progress":{}}\n\n');
      else if (url?.endsWith('/difference')) {
        compare = response;
        server.emit('compared');
      } else if (url?.endsWith('/pause')) {
        // A comparison fails by the pause before that is answered, or amid it.
        if (compare) problem(compare, { ...AWAY, detail: 'The comparison has failed.' });
        if ('code' in answer) problem(response, answer);
        else response.setHeader('content-type', 'application/json').end('{}');
      } else response.setHeader('content-type', 'application/json').end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const terminal = spawn(process.execPath, [MAIN, 'replay', 'agenda', '--url', `http://127.0.0.1:${port}`]);
    await once(server, 'compared');
    terminal.kill(signal);
    const [said, failed, [ended]] = await Promise.all([
      text(terminal.stdout),
      text(terminal.stderr),
      once(terminal, 'exit'),
    ]);
    expect([said, failed, ended]).toEqual([says, '', code]);
    server.closeAllConnections();
    server.close();
  },
);

it('Ctrl-C before Herald has answered that a replay began pauses it too', async () => {
  const paths: (string | undefined)[] = [];
  const answer = (response: ServerResponse) =>
    response.setHeader('content-type', 'application/json').end('{}');
  const server = createServer(({ url }, response) => {
    paths.push(url);
    if (url?.endsWith('/replay')) server.emit('replay', response);
    else if (url?.endsWith('/pause')) answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const terminal = spawnCli('replay', 'agenda', '--url', `http://127.0.0.1:${port}`);
  const [response] = (await once(server, 'replay')) as [ServerResponse];
  terminal.kill('SIGINT');
  answer(response);
  const [code] = (await once(terminal, 'exit')) as [number];
  server.closeAllConnections();
  server.close();
  expect(code).toBe(130);
  expect(paths.at(-1)).toBe('/v1/projections/agenda/pause');
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s amid herald verify leaves nothing of what it rebuilt',
  async (signal) => {
    const [folder, temporary] = [newFolder(), newFolder()];
    const time = { HERALD_CLOCK_START: momentOf(20_000) };
    await makeLog(join(folder, 'events.db'), 20_000, 1_000);
    await (await start(folder, time)).stop();
    const settings = { ...settingsIn(folder, time), TMPDIR: temporary };
    const terminal = spawnCliWith(settings, 'verify', 'history');
    const rebuilt = () =>
      readdirSync(temporary, { recursive: true }).filter((name) => String(name).endsWith('.db'));
    await until(
      async () => rebuilt(),
      (files) => files.length > 0,
    );
    terminal.kill(signal);
    expect(await once(terminal, 'exit')).toEqual([null, signal]);
    expect(readdirSync(temporary)).toEqual([]);
  },
);
