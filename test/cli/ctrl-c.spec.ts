import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { spawnCli } from '../replay/running.js';

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
