import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../src/application/read-models/history/history.js';
import type { Herald } from '../../src/herald.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { cli, cliWith, newFolder, start } from '../replay/running.js';

const WHAT_IF = ['what-if', '--from', '2026-01-01T00:00:00Z', '--to', '2026-02-01T00:00:00Z'];

const makeNotes = (file: string): void => {
  const database = new Database(file);
  database.exec('CREATE TABLE notes (text)');
  database.close();
};

/** Every file and folder below, by its path. */
const contents = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe('a command that only reads', () => {
  it.each([
    ['verify', ['verify'], 2],
    ['what-if', WHAT_IF, 2],
    ['doctor', ['doctor'], 1],
  ])('says where there is no log, and makes none: %s', async (_, args, expected) => {
    const folder = newFolder();
    const { code, output } = await cli(folder, ...args);
    expect({ code, output }).toEqual({
      code: expected,
      output: expect.stringContaining(`There is no log at ${join(folder, 'events.db')}`),
    });
    expect(output).toContain('HERALD_EVENT_STORE');
    expect(contents(folder)).toEqual([]);
  });

  it.each([
    ['verify', 2],
    ['doctor', 1],
  ])('says where there are no read models, and makes none: %s', async (command, expected) => {
    const folder = newFolder();
    await new SqliteEventStore({ file: join(folder, 'events.db') }).close();
    const before = contents(folder);
    const { code, output } = await cli(folder, command);
    expect({ code, output }).toEqual({
      code: expected,
      output: expect.stringContaining(`There are no read models at ${join(folder, 'read-models')}`),
    });
    expect(output).toContain('HERALD_READ_MODELS');
    expect(contents(folder)).toEqual(before);
  });

  it('names the whole path of a log that was given relative to another folder', async () => {
    const { output } = await cliWith(
      newFolder(),
      { HERALD_EVENT_STORE: 'sqlite:nowhere/events.db' },
      'verify',
    );
    expect(output).toContain(join(process.cwd(), 'nowhere', 'events.db'));
  });

  describe.each([
    ['empty', (file: string) => writeFileSync(file, '')],
    ['another database', makeNotes],
    ['no database', (file: string) => writeFileSync(file, 'These are notes. '.repeat(500))],
  ])('says that a log is damaged, and to restore it: one that is %s', (_, write) => {
    it.each([
      ['verify', ['verify'], 2],
      ['what-if', WHAT_IF, 2],
      ['migrate', ['migrate', '--to', 'sqlite:$/copy.db'], 2],
      ['doctor', ['doctor'], 1],
    ])('%s', async (_name, args, expected) => {
      const folder = newFolder();
      mkdirSync(join(folder, 'read-models'));
      write(join(folder, 'events.db'));
      const given = args.map((arg) => arg.replace('$', folder));
      const { code, output } = await cli(folder, ...given);
      expect({ code, output }).toEqual({
        code: expected,
        output: expect.stringMatching(/The log .*events\.db is damaged .*restore it from a backup/),
      });
      expect(output).not.toContain('Retrying an append');
    });
  });

  it.each([['verify'], ['doctor'], ['what-if']])(
    'adds no file to those of an instance: %s',
    async (command) => {
      const folder = newFolder();
      await (await start(folder)).stop();
      const before = contents(folder);
      await cli(folder, ...(command === 'what-if' ? WHAT_IF : [command]));
      // Less is possible: the files beside a database go with its last connection.
      expect(before).toEqual(expect.arrayContaining(contents(folder)));
    },
  );
});

describe('a read model that is missing', () => {
  it.each([
    ['verify', 2, /There is no read model history at (\S+), .*read-models-missing/],
    ['doctor', 1, /^WRONG history .*is missing at (\S+); Herald rebuilds it/m],
  ])('is named with its full path: %s', async (command, code, says) => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const file = join(folder, 'read-models', `history@${history.version}.1.db`);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    const answer = await cli(folder, command);
    expect(answer).toEqual({ code, output: expect.stringMatching(says) });
    expect(says.exec(answer.output)?.[1]).toBe(file);
    await (await start(folder)).stop();
    expect(await cli(folder, 'doctor')).toMatchObject({ code: 0 });
  });
});

describe('herald what-if', () => {
  const whatIf = (...more: string[]) => cli(newFolder(), 'what-if', ...more);

  it.each(['2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z'])(
    'refuses a period that ends before or when it starts: %s',
    async (to) => {
      const { code, output } = await whatIf('--from', '2026-01-01T00:00:00Z', '--to', to);
      expect({ code, output }).toEqual({
        code: 2,
        output: expect.stringMatching(
          /--to: The period ends at .* not after its start.*\[invalid-argument\]/,
        ),
      });
    },
  );

  it.each(['null', '[]', '"monday"', '7', '{"treshold":30}'])(
    'refuses a file of rules that holds %s, and names it',
    async (text) => {
      const rules = join(newFolder(), 'rules.json');
      writeFileSync(rules, text);
      const { code, output } = await whatIf(...WHAT_IF.slice(1), '--rules', rules, '--threshold', '30');
      expect({ code, output }).toEqual({
        code: 2,
        output: expect.stringMatching(/^herald: .*rules\.json: .*\[invalid-argument\]\n$/),
      });
    },
  );
});

describe('herald feedback read', () => {
  let herald: Herald;
  beforeAll(async () => {
    herald = await start(newFolder());
  });
  afterAll(() => herald.stop());

  const read = async (text: string) => {
    const folder = newFolder();
    const file = join(folder, 'reports.eml');
    writeFileSync(file, text);
    return cli(folder, 'feedback', 'read', file, '--url', herald.url);
  };

  it('refuses a file without a mail', async () => {
    expect(await read('')).toEqual({
      code: 2,
      output: expect.stringContaining('reports.eml contains no mail. [invalid-argument]'),
    });
  });

  it('counts what is no mail as refused', async () => {
    const { code, output } = await read('{\n  "name": "herald"\n}\n');
    expect(code).toBe(1);
    expect(output).toContain('Mail 1: It is no mail: it does not begin with a header.');
    expect(output).toContain('1 mail; reports recorded: 0');
    expect(output).toContain('mails without a report: 0, refused: 1.');
  });

  it('counts a mail without a report', async () => {
    const { code, output } = await read('From: a@b.example\nSubject: Out of office\n\nI am away.\n');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('mails without a report: 1, refused: 0.'),
    });
  });
});

describe('herald verify', () => {
  it('is an error where there is nothing to verify', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    const { code, output } = await cli(folder, 'verify');
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('Nothing was verified') });
  });

  it('does not call read models the same that were never built', async () => {
    const folder = newFolder();
    await new SqliteEventStore({ file: join(folder, 'events.db') }).close();
    mkdirSync(join(folder, 'read-models'));
    const { code, output } = await cli(folder, 'verify', 'people');
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('people: has not been built yet'),
    });
    expect(contents(join(folder, 'read-models'))).toEqual([]);
  });
});
