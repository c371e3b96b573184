import { existsSync, linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireWhole } from '../../src/application/migration/copy-mark.js';
import { copyLog } from '../../src/application/migration/migrate.js';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happenings } from '../contract/events.js';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { ask, cliWith, newFolder, settingsIn, start, until } from '../replay/running.js';

interface Why {
  readonly causes: readonly { readonly eventId: string }[];
  readonly recomputed: { readonly agrees: boolean };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The command. SQLite's client closes a file of this process only when its garbage is collected. */
const cliGiven: typeof cliWith = async (...given) => {
  collectGarbage();
  return cliWith(...given);
};
const cli = (folder: string, ...args: string[]) => cliGiven(folder, {}, ...args);

describe('herald migrate', () => {
  let server: EventStoreDouble;
  beforeAll(async () => {
    server = await new EventStoreDouble().start();
  });
  afterAll(() => server.kill());

  it('copies a log to EventStoreDB, where Herald continues: the same history, and the same reasons', async () => {
    const folder = newFolder();
    const before = await start(folder, { HERALD_CLOCK_START: START });
    await play(new Client(before.url));
    const history = async (url: string) =>
      (await ask<{ items: { notificationId: string }[] }>(url, '/v1/notifications?limit=200')).body.items;
    const why = async (url: string, id: string) => (await ask<Why>(url, `/v1/notifications/${id}/why`)).body;
    const known = await history(before.url);
    const reasons = await Promise.all(known.map((entry) => why(before.url, entry.notificationId)));
    await before.stop();

    const from = settingsIn(folder).HERALD_EVENT_STORE ?? '';
    const first = await cli(folder, 'migrate', '--from', from, '--to', server.url);
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('identical in both logs') });
    const events = server.log.all.length;
    expect((await cli(folder, 'migrate', '--from', from, '--to', server.url)).code).toBe(0);
    expect(server.log.all).toHaveLength(events);

    const after = await start(newFolder(), { HERALD_EVENT_STORE: server.url, HERALD_CLOCK_START: START });
    await until(
      async () => (await ask<{ behind: number }>(after.url, '/v1/projections/history')).body,
      ({ behind }) => behind === 0,
    );
    expect(await history(after.url)).toEqual(known);
    const again = await Promise.all(known.map((entry) => why(after.url, entry.notificationId)));
    await after.stop();
    const ids = ({ causes }: Why) => causes.map(({ eventId }) => eventId);
    expect(again.map(ids)).toEqual(reasons.map(ids));
    expect(again.map(({ recomputed }) => recomputed.agrees)).toEqual(known.map(() => true));
  }, 120_000);

  it('copies between EventStoreDB and KurrentDB by one client, since a process has room for one', async () => {
    const [folder, target] = [newFolder(), await new EventStoreDouble().start()];
    const log = new SqliteEventStore({ file: join(folder, 'log.db') });
    await log.append('socialAccount-a', happenings(700), 'no-stream');
    await log.append('partner-b', happenings(3), 'no-stream');
    await log.close();
    const kurrentDb = target.url.replace('esdb:', 'kurrentdb:');
    const source = await new EventStoreDouble().start();
    try {
      for (const [from, to] of [
        [`sqlite:${folder}/log.db`, source.url],
        [source.url, kurrentDb],
      ] as const) {
        const { code, output } = await cli(folder, 'migrate', '--from', from, '--to', to);
        expect({ code, output }).toEqual({
          code: 0,
          output: expect.stringContaining('703 events, identical in both logs'),
        });
      }
    } finally {
      await source.kill();
      await target.kill();
    }
  });

  it('leaves a log on which Herald does not start until all of it is copied', async () => {
    const folder = newFolder();
    const [one, two] = ['one.db', 'two.db'].map((name) => join(folder, name)) as [string, string];
    const source = new SqliteEventStore({ file: one });
    await source.append('socialAccount-a', happenings(2), 'no-stream');
    const target = new SqliteEventStore({ file: two });
    const killed = new Error('killed');
    const copying = copyLog(source, target, async () => {
      throw killed;
    });
    await expect(copying).rejects.toBe(killed);
    await source.close();
    await target.close();

    const onTarget = { HERALD_EVENT_STORE: `sqlite:${two}` };
    await expect(start(folder, onTarget)).rejects.toMatchObject({ code: 'log-incomplete' });
    const doctor = await cliGiven(folder, onTarget, 'doctor');
    expect(doctor).toMatchObject({ code: 1, output: expect.stringContaining('was copied in part') });
    const from = (file: string, to: string) =>
      cli(folder, 'migrate', '--from', `sqlite:${file}`, '--to', `sqlite:${to}`);
    expect(await from(two, join(folder, 'three.db'))).toMatchObject({
      output: expect.stringContaining('was copied in part'),
    });

    expect(await from(one, two)).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 events, identical'),
    });
    const whole = new SqliteEventStore({ file: two });
    await expect(requireWhole(whole)).resolves.toBeUndefined();
    await whole.close();
    expect(await from(two, join(folder, 'four.db'))).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 events, identical'),
    });
  });

  it('refuses a target that holds something else, and says what', async () => {
    const folder = newFolder();
    const [one, two] = ['one.db', 'two.db'].map((name) => join(folder, name)) as [string, string];
    for (const file of [one, two]) {
      const log = new SqliteEventStore({ file });
      await log.append('socialAccount-a', happenings(2), 'no-stream');
      await log.close();
    }
    const { code, output } = await cli(folder, 'migrate', '--from', `sqlite:${one}`, '--to', `sqlite:${two}`);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('does not hold event 0 of socialAccount-a as the source does'),
    });
  });

  it('refuses a target that holds more', async () => {
    const folder = newFolder();
    const [one, two] = ['one.db', 'two.db'].map((name) => join(folder, name)) as [string, string];
    const events = happenings(3);
    for (const [file, count] of [
      [one, 2],
      [two, 3],
    ] as const) {
      const log = new SqliteEventStore({ file });
      await log.append('socialAccount-a', events.slice(0, count), 'no-stream');
      await log.close();
    }
    const { code, output } = await cli(folder, 'migrate', '--from', `sqlite:${one}`, '--to', `sqlite:${two}`);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('holds more') });
  });

  it('refuses a file that is not there, and makes none', async () => {
    const file = join(newFolder(), 'typo.db');
    const { code, output } = await cli(
      newFolder(),
      'migrate',
      '--from',
      `sqlite:${file}`,
      '--to',
      server.url,
    );
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining(`--from: There is no log at ${file}`),
    });
    expect(existsSync(file)).toBe(false);
  });

  it('creates no target where the source is not there', async () => {
    const folder = newFolder();
    const [one, two] = [join(folder, 'typo.db'), join(folder, 'new.db')];
    const { code } = await cli(folder, 'migrate', '--from', `sqlite:${one}`, '--to', `sqlite:${two}`);
    expect(code).toBe(2);
    expect([existsSync(one), existsSync(two)]).toEqual([false, false]);
  });

  const PASSWORD = 'migrate-with-this-password';

  it('takes connection strings with passwords from a variable or a file', async () => {
    const folder = newFolder();
    const log = new SqliteEventStore({ file: join(folder, 'events.db') });
    await log.append('socialAccount-a', happenings(2), 'no-stream');
    await log.close();
    const from = `sqlite:${join(folder, 'events.db')}`;
    const to = join(folder, 'to.txt');
    writeFileSync(to, `sqlite:${join(folder, 'copy.db')}\n`, { mode: 0o600 });
    const SOURCE_LOG = from;
    for (const source of [['--from-env', 'SOURCE_LOG'], ['--from', from], []]) {
      const { code, output } = await cliGiven(folder, { SOURCE_LOG }, 'migrate', ...source, '--to-file', to);
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining('identical in both logs'),
      });
    }
  });

  it.each([
    ['--to', `esdb://admin:${PASSWORD}@127.0.0.1:1?tls=false`, /--to-file FILE.*--to-env NAME/],
    ['--from', `esdb://admin:${PASSWORD}@x@127.0.0.1:1?tls=false`, /--from-file FILE.*--from-env NAME/],
    ['--to-env', 'NOT_SET', /--to-env: This environment variable is not set/],
    ['--to-file', `/no/${PASSWORD}`, /--to-file: The file cannot be read \(ENOENT\)/],
  ])(
    'refuses a password that every user of the machine sees, and what it cannot read: %s',
    async (option, value, says) => {
      const other = option.startsWith('--to') ? [] : ['--to', 'sqlite:x.db'];
      const { code, output } = await cli(newFolder(), 'migrate', option, value, ...other);
      expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(says) });
      expect(output).not.toContain(PASSWORD);
    },
  );

  const logIn = async (folder: string): Promise<string> => {
    const file = join(folder, 'events.db');
    const log = new SqliteEventStore({ file });
    await log.append('socialAccount-a', happenings(2), 'no-stream');
    await log.close();
    return file;
  };

  it('refuses one log under two names: another path, a symbolic link, a hard link', async () => {
    const folder = newFolder();
    const file = await logIn(folder);
    symlinkSync(file, join(folder, 'symbolic.db'));
    linkSync(file, join(folder, 'hard.db'));
    symlinkSync(folder, join(folder, 'here'));
    for (const other of [`../${basename(folder)}/events.db`, 'symbolic.db', 'hard.db', 'here/events.db']) {
      const to = `sqlite:${folder}/${other}`;
      const { code, output } = await cli(folder, 'migrate', '--from', `sqlite:${file}`, '--to', to);
      expect({ to, code, output }).toEqual({
        ...{ to, code: 2 },
        output: expect.stringContaining('Both options name the same log'),
      });
    }
  });

  it.each([
    ['esdb://localhost:2113?tls=false', 'kurrentdb://127.0.0.1:2113?tls=false'],
    ['esdb://Log.example', 'kurrentdb://log.example:2113?tls=true'],
    ['esdb://a.example:2113,b.example:2113', 'kurrentdb+discover://b.example'],
  ])('refuses one server under two names: %s and %s', async (from, to) => {
    const { code, output } = await cli(newFolder(), 'migrate', '--from', from, '--to', to);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('Both options name the same log'),
    });
  });

  it('refuses a log that an instance has open, on either side, and copies it once that has stopped', async () => {
    const [folder, idle] = [newFolder(), newFolder()];
    const running = await start(folder);
    const used = settingsIn(folder).HERALD_EVENT_STORE ?? '';
    const other = `sqlite:${await logIn(idle)}`;
    const copy = `sqlite:${join(newFolder(), 'copy.db')}`;
    for (const [option, from, to] of [
      ['--from', used, copy],
      ['--to', other, used],
    ] as const)
      expect(await cli(folder, 'migrate', '--from', from, '--to', to)).toEqual({
        code: 2,
        output: expect.stringMatching(`${option}: Another process has the log .* open.*\\[log-in-use\\]`),
      });
    expect(existsSync(copy.slice('sqlite:'.length))).toBe(false);
    await running.stop();
    expect(await cli(folder, 'migrate', '--from', used, '--to', copy)).toMatchObject({ code: 0 });
  });

  it('refuses two options for one log, and a missing target', async () => {
    const twice = await cli(
      newFolder(),
      'migrate',
      '--from',
      'sqlite:a',
      '--from-env',
      'A',
      '--to',
      'sqlite:b',
    );
    expect(twice).toEqual({ code: 2, output: expect.stringContaining('Give one of --from, --from-env') });
    const none = await cli(newFolder(), 'migrate', '--from', 'sqlite:a');
    expect(none).toEqual({ code: 2, output: expect.stringContaining('--to-file') });
  });

  it('refuses what is no log, naming the option', async () => {
    const { code, output } = await cli(newFolder(), 'migrate', '--from', 'nowhere', '--to', server.url);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('--from: HERALD_EVENT_STORE'),
    });
  });
});
