import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { history } from '../../src/application/read-models/history/history.js';
import type { ProjectionStatus } from '../../src/application/read-models/rebuild/projection-statuses.js';
import { aboutClock, type Finding } from '../../src/cli/doctor/doctor-stores.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happened } from '../contract/events.js';
import { ask, cli, cliWith, newFolder, start, until } from '../replay/running.js';

describe('herald doctor', () => {
  it('finds nothing wrong with a fresh instance, and says what to look at', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(0);
    expect(output).toMatch(/^ok {4}configuration/m);
    expect(output).toMatch(/^ok {4}event store .*is empty$/m);
    for (const { name, version } of PROJECTIONS)
      expect(output).toMatch(new RegExp(`^ok {4}${name} +version ${version}, 0 events behind`, 'm'));
    expect(output).toMatch(/^look {2}mail .*only written to the folder/m);
    expect(output).not.toContain('WRONG');
  });

  it('ends silently when its output is no longer read', async () => {
    const program = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const { stdout, stderr } = await promisify(execFile)(
      'sh',
      ['-c', `"${process.execPath}" "${program}" doctor | true`],
      {
        cwd: newFolder(),
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });

  it('reports projections that were never built', async () => {
    const folder = newFolder();
    await new SqliteEventStore({ file: join(folder, 'events.db') }).close();
    await new SqliteReadModels({ folder: join(folder, 'read-models') }).close();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(0);
    expect(output).toMatch(/^look {2}history .*not been built yet/m);
  });

  it.each([
    ['read-models', /^WRONG read models .*read-models is no folder, but HERALD_READ_MODELS has to name one/m],
    ['outbox', /^WRONG mail .*outbox is no folder, but Herald needs one there/m],
  ])('reports a file where a folder has to be: %s', async (name, says) => {
    const folder = newFolder();
    await (await start(folder)).stop();
    rmSync(join(folder, name), { recursive: true, force: true });
    writeFileSync(join(folder, name), 'notes');
    const { code, output } = await cli(folder, 'doctor');
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(says) });
    if (name === 'outbox') return;
    const refused = { message: expect.stringContaining(`${join(folder, name)} is no folder`) };
    await expect(start(folder)).rejects.toMatchObject({ code: 'document-store-unavailable', ...refused });
    expect(await cli(folder, 'verify')).toEqual({
      ...{ code: 2, output: expect.stringContaining('[document-store-unavailable]') },
    });
  });

  it('reports every wrong setting', async () => {
    const { code, output } = await cliWith(newFolder(), { HERALD_PORT: 'x', HERALD_MIAL: 'y' }, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}configuration/m);
    expect(output).toContain('HERALD_PORT');
    expect(output).toContain('HERALD_MIAL');
  });

  it('reports a missing index', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const file = join(folder, 'read-models', `history@${history.version}.1.db`);
    const database = new Database(file);
    const names = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'index%decidedAt%'")
      .raw()
      .all() as [string][];
    for (const [name] of names) database.exec(`DROP INDEX "${name.replaceAll('"', '""')}"`);
    database.close();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}history .*has no index on .*decidedAt/m);
  });

  it('reports read models that are ahead of their log', async () => {
    const folder = newFolder();
    const documents = new SqliteReadModels({ folder: join(folder, 'read-models') });
    await (await start(folder)).stop();
    const { name, version } = history;
    await documents.write(
      { name: `${name}@${version}.1`, indexes: history.indexes },
      [],
      '7'.padStart(20, '0'),
    );
    await documents.close();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}history .*is ahead of the log.*HERALD_EVENT_STORE/m);
  });

  it('reports a parked document', async () => {
    const folder = newFolder();
    const log = new SqliteEventStore({ file: join(folder, 'events.db') });
    await log.append('notification-poison', [happened({}, 'NotificationWithheld')], 'no-stream');
    await log.close();
    const herald = await start(folder);
    await until(
      async () => (await ask<ProjectionStatus>(herald.url, '/v1/projections/history')).body,
      ({ parkedDocuments }) => parkedDocuments?.count === 1,
    );
    await herald.stop();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}history .*parks poison.*: NotificationWithheld /m);
  });

  it.each([
    [-60_000, 'look', /^is (59|60|61) seconds ahead of that of the read models’ server: set both by NTP$/],
    [0, 'ok', /agrees with that of the read models’ server$/],
    [60_000, 'look', /^is (59|60|61) seconds behind that of the read models’ server: set both by NTP$/],
  ])('compares the clock with that of the read models’ server: %d ms', async (skew, mark, says) => {
    const documents = new SqliteDocumentStore({ file: join(newFolder(), 'documents.db') });
    documents.serverTime = async () => plus(new SystemClock().now(), skew);
    const findings: Finding[] = [];
    for await (const finding of aboutClock(documents, undefined)) findings.push(finding);
    expect(findings).toEqual([[mark, 'clock', expect.stringMatching(says)]]);
    await documents.close();
  });

  it('reports a mail server and an event store that do not answer', async () => {
    const { code, output } = await cliWith(
      newFolder(),
      { HERALD_MAIL: 'smtp://127.0.0.1:1', HERALD_EVENT_STORE: 'esdb://127.0.0.1:1?tls=false' },
      'doctor',
    );
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}mail .*ECONNREFUSED/m);
    expect(output).toMatch(/^WRONG {1}event store .*does not answer/m);
  });
});
