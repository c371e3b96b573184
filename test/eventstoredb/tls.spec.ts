import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  let server: EventStoreDouble;
  beforeAll(async () => {
    execFileSync('sh', [script, join(folder, 'made'), 'kurrentdb']);
    const [key = '', certificate = ''] = ['node.key', 'node.crt'].map((name) =>
      readFileSync(join(folder, 'made/kurrentdb', name), 'utf8'),
    );
    const users = { herald: { password: 'p@ss', readsAll: true } };
    server = await new EventStoreDouble({}, { key, certificate, users }).start();
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (options: string) => {
    const url = `${SCHEME}://herald:p%40ss@localhost:${server.endpoint.port}?tls=true${options}`;
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
