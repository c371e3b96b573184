import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../../src/application/projections/all.js';
import { cli, cliWith, newFolder, start } from '../replay/running.js';

describe('herald doctor', () => {
  it('finds nothing wrong with a Herald that was started, and says what is to be looked at', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const { code, output } = await cli(folder, 'doctor');
    expect(code).toBe(0);
    expect(output).toMatch(/^ok {4}configuration/m);
    expect(output).toMatch(/^ok {4}event store .*is empty$/m);
    for (const { name, version } of PROJECTIONS)
      expect(output).toMatch(new RegExp(`^ok {4}${name} +version ${version}, 0 events behind`, 'm'));
    expect(output).toMatch(/^look {2}mail .*to nobody/m);
    expect(output).not.toContain('WRONG');
  });

  it('tells of projections that were never built', async () => {
    const { code, output } = await cli(newFolder(), 'doctor');
    expect(code).toBe(0);
    expect(output).toMatch(/^look {2}history .*never built/m);
  });

  it('tells of every setting that is wrong', async () => {
    const { code, output } = await cliWith(newFolder(), { HERALD_PORT: 'x', HERALD_MIAL: 'y' }, 'doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/^WRONG {1}configuration/m);
    expect(output).toContain('HERALD_PORT');
    expect(output).toContain('HERALD_MIAL');
  });

  it('tells of an index that is gone', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const file = join(folder, 'read-models', 'history@2.1.db');
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

  it('tells of a mail server, and of an event store, that do not answer', async () => {
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
