import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Leases, LeaseTimes } from '../../src/application/leases/leases.js';
import { SecretFingerprint } from '../../src/application/leases/secret-fingerprint.js';
import { ProcessIdentity } from '../../src/infrastructure/process/process-identity.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';

let folder: string;
let documents: SqliteReadModels;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-leases-'));
  documents = new SqliteReadModels({ folder: join(folder, 'read-models') });
});

afterAll(async () => {
  await documents.close();
  await rm(folder, { recursive: true, force: true });
});

it('An instance that stops before its leases were opened has none to release', async () => {
  const leases = new Leases(
    documents,
    new ProcessIdentity(),
    new LeaseTimes(),
    new SecretFingerprint('a secret'),
  );
  await expect(leases.release(['projection:history'])).resolves.toBeUndefined();
});
