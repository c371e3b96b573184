import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aboutLog } from '../../src/cli/doctor/doctor-stores.js';
import { messageOf } from '../../src/domain/kernel/herald-error.js';
import { grant } from '../../src/infrastructure/grpc-log/grants.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { certificateOf } from '../feedback/certificate.js';
import { EventStoreDouble } from './double/double.js';
import { connect, SCHEME } from './tested-client.js';

const QUICK = { deadline: 2_000, patience: 200 };

let folder: string;
let authority: string;
let secured: EventStoreDouble;
let open: EventStoreDouble;
let away: EventStoreDouble;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-tls-'));
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = certificateOf(keys, ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'], '127.0.0.1');
  authority = join(folder, 'ca.crt');
  await writeFile(authority, certificate);
  const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const users = {
    herald: { password: 'ri@ht', readsAll: true },
    guest: { password: 'ri@ht', readsAll: false },
  };
  secured = await new EventStoreDouble({}, { key, certificate, users }).start();
  secured.version = '24.10.5';
  open = await new EventStoreDouble().start();
  away = await new EventStoreDouble().start();
  await away.kill();
});
afterAll(async () => {
  await secured.kill();
  await open.kill();
  await rm(folder, { recursive: true, force: true });
});

/** What the doctor says of the log at a server. */
const saidOf = async (server: EventStoreDouble, user: string, query: string): Promise<string> => {
  const url = `${SCHEME}://${user}@127.0.0.1:${server.endpoint.port}?${query}`;
  const log = new GrpcEventStore({ url, ...QUICK }, connect);
  const said: string[] = [];
  try {
    for await (const [, , says] of aboutLog(log)) said.push(says);
  } catch (error) {
    said.push(messageOf(error));
  } finally {
    await log.close();
  }
  return said.join('\n');
};

const trusted = () => `tls=true&tlsCAFile=${authority}`;

it('Of a server with certificate and users that is reached the doctor says so', async () => {
  expect(await saidOf(secured, 'herald:ri%40ht', trusted())).toBe('answers and is empty');
});

it('An admin whose password has to be percent-encoded grants what a user needs', async () => {
  const adminUrl = `${SCHEME}://herald:ri%40ht@127.0.0.1:${secured.endpoint.port}?${trusted()}`;
  expect(await grant({ adminUrl, user: 'heralds' }, connect)).toEqual(['heralds may read $all now.']);
  expect(await grant({ adminUrl, user: 'heralds' }, connect)).toEqual(['heralds may read $all already.']);
});

it('The doctor has a sentence of its own for each of what may keep Herald from its server', async () => {
  const said = [
    await saidOf(secured, 'herald:wrong', trusted()),
    await saidOf(secured, 'guest:ri%40ht', trusted()),
    await saidOf(secured, 'herald:ri%40ht', 'tls=true'),
    await saidOf(open, 'herald:ri%40ht', trusted()),
    await saidOf(secured, 'herald:ri%40ht', 'tls=false'),
    await saidOf(away, 'herald:ri%40ht', trusted()),
  ];
  expect(said).toEqual([
    expect.stringContaining('refuses the user name or the password'),
    expect.stringContaining('lacks a permission'),
    expect.stringContaining('is not trusted'),
    expect.stringContaining('does not speak TLS'),
    expect.stringContaining('If the server has TLS, remove tls=false'),
    expect.stringContaining('does not answer'),
  ]);
  expect(JSON.stringify(said)).not.toMatch(/ri@ht|ri%40ht|wrong[^ ]/);
});
