import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { read } from './pages.js';

const FILES = ['docker-compose.yml', 'compose.cluster.yml', 'compose.secured.yml'];

describe('The event store of the compose files', () => {
  it.each(FILES)(
    '%s: is KurrentDB with its own settings, and Herald takes the connection strings',
    (file) => {
      const text = read(file);
      expect(text).not.toMatch(/\bEVENTSTORE_|eventstore\/eventstore|var\/lib\/eventstore/);
      const images = [...text.matchAll(/image: (\S*kurrent\S*)/g)].map(([, image]) => image);
      expect(images.filter((image) => !image?.endsWith('/kurrentdb:26.0.3'))).toEqual([]);
      const urls = [...text.matchAll(/HERALD_EVENT_STORE: (.+)/g)].map(([, url]) => String(url));
      expect(urls.length).toBeGreaterThan(0);
      for (const url of urls.map((one) => one.replace(/\$\{[^}]+\}/g, 'word'))) {
        expect(url).toMatch(/^kurrentdb:/);
        expect(readConfig({ HERALD_EVENT_STORE: url }).HERALD_EVENT_STORE).toBe(url);
      }
    },
  );

  it('has TLS, users, and a user of Herald that is no admin in compose.secured.yml', () => {
    const text = read('compose.secured.yml');
    expect(text).toMatch(/KURRENTDB_INSECURE: 'false'/);
    expect(text).toMatch(/stores, grant, --user, heralds/);
    expect(text).not.toMatch(/tls=false|changeit/);
  });
});

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenSsl)('scripts/certificates.sh (needs openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'herald-certificates-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const make = (...servers: string[]) =>
    execFileSync('sh', [
      fileURLToPath(new URL('../../scripts/certificates.sh', import.meta.url)),
      ...servers,
    ]);
  const certificate = (...path: string[]) => new X509Certificate(readFileSync(join(folder, 'made', ...path)));

  it('makes certificates that its authority has signed, for the names of the servers', () => {
    make(join(folder, 'made'), 'kurrentdb', 'kurrentdb-2');
    const authority = certificate('ca', 'ca.crt');
    for (const server of ['kurrentdb', 'kurrentdb-2']) {
      const node = certificate(server, 'node.crt');
      expect(node.checkIssued(authority) && node.verify(authority.publicKey)).toBe(true);
      expect(node.checkHost(server)).toBe(server);
      expect(node.checkHost('elsewhere')).toBeUndefined();
    }
  });

  it('keeps its authority when it is run again, and its keys from other users', () => {
    const before = certificate('ca', 'ca.crt').fingerprint256;
    make(join(folder, 'made'), 'kurrentdb-3');
    expect(certificate('ca', 'ca.crt').fingerprint256).toBe(before);
    expect(statSync(join(folder, 'made')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'made', 'ca.key')).mode & 0o077).toBe(0);
  });
});
