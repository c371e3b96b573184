import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { eventsOf, happenings } from '../contract/events.js';
import { EventStoreDouble } from './double/double.js';
import { connect, NAME, SCHEME } from './tested-client.js';

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;
const script = fileURLToPath(new URL('../../scripts/certificates.sh', import.meta.url));

describe.skipIf(!hasOpenSsl)(`${NAME} with a certificate of scripts/certificates.sh (needs openssl)`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-tls-'));
  const sockets = new Set<TLSSocket>();
  let server: EventStoreDouble;
  let tls: Server;
  beforeAll(async () => {
    execFileSync('sh', [script, join(folder, 'made'), 'kurrentdb']);
    server = await new EventStoreDouble().start();
    const file = (name: string) => readFileSync(join(folder, 'made/kurrentdb', name));
    const port = Number(/:(\d+)\?/.exec(server.url)?.[1]);
    const options = { key: file('node.key'), cert: file('node.crt'), ALPNProtocols: ['h2'] };
    tls = createServer(options, (socket) => {
      const plain = connectTo(port, '127.0.0.1');
      sockets.add(socket);
      for (const [from, to] of [
        [socket, plain],
        [plain, socket],
      ] as const)
        from
          .on('error', () => undefined)
          .on('close', () => to.destroy())
          .pipe(to);
    });
    tls.listen(0);
    await once(tls, 'listening');
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    tls.close();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (options: string) => {
    const { port } = tls.address() as AddressInfo;
    const url = `${SCHEME}://herald:p%40ss@localhost:${port}?tls=true${options}`;
    return new GrpcEventStore({ url, deadline: 5_000, patience: 0, isOwnStream: () => true }, connect);
  };

  it('takes events and gives them back where the connection string names the authority', async () => {
    const store = opened(`&tlsCAFile=${join(folder, 'made/ca/ca.crt')}`);
    await store.append('s', happenings(2), 'no-stream');
    expect(await eventsOf(store, 's')).toHaveLength(2);
    await store.close();
  });

  it('is not trusted otherwise: whoever reads or appends is told what to name', async () => {
    const store = opened('');
    const untrusted = {
      message: expect.stringContaining('Name the certificate of its authority with tlsCAFile'),
    };
    await expect(store.head()).rejects.toMatchObject(untrusted);
    await expect(store.append('s', happenings(1), 'any')).rejects.toMatchObject(untrusted);
    await store.close();
  });
});
