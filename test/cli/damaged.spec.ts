import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../src/application/read-models/history/history.js';
import { people } from '../../src/application/read-models/people/people.js';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { ask, cli, newFolder, settingsIn, start, until } from '../replay/running.js';

/** Puts all of a database into its file, so that a test may damage it. */
const settle = (file: string): void => {
  const database = new Database(file);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
};

const scribble = (file: string): void => {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4096 * 3, 7), 0, 4096 * 3, 4096 * 2);
  closeSync(handle);
};

describe('a damaged log', () => {
  const cut = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2));
  const overwrite = (file: string) => writeFileSync(file, 'These are notes, not a database. '.repeat(500));

  it.each([
    ['that was cut off', cut],
    ['with pages that hold something else', scribble],
    ['that is no database', overwrite],
  ])(
    '%s is refused with its name, at the start and by doctor',
    async (_, damage) => {
      const folder = newFolder();
      const herald = await start(folder, { HERALD_CLOCK_START: START });
      await play(new Client(herald.url));
      await herald.stop();
      const file = join(folder, 'events.db');
      settle(file);
      damage(file);
      const before = readFileSync(file);
      await expect(start(folder)).rejects.toMatchObject({
        code: 'log-damaged',
        message: expect.stringContaining(`The log ${file} is damaged`),
      });
      const { code, output } = await cli(folder, 'doctor');
      expect({ code, output }).toEqual({
        code: 1,
        output: expect.stringMatching(/^WRONG event store .*is damaged/m),
      });
      expect(readFileSync(file).equals(before)).toBe(true);
    },
    60_000,
  );
});

describe('damaged read models', () => {
  let folder: string;
  beforeAll(async () => {
    folder = newFolder();
    const herald = await start(folder, { HERALD_CLOCK_START: START });
    await play(new Client(herald.url));
    await herald.stop();
  });

  it('are set aside and rebuilt from the log', async () => {
    const models = join(folder, 'read-models');
    const fileOf = ({ name, version }: { name: string; version: number }) => `${name}@${version}.1.db`;
    const before = await answers();
    settle(join(models, fileOf(history)));
    settle(join(models, fileOf(people)));
    scribble(join(models, fileOf(history)));
    writeFileSync(join(models, fileOf(people)), 'no database at all '.repeat(1000));

    expect(await answers()).toEqual(before);
    for (const projection of [history, people])
      expect(
        readdirSync(models).filter((name) => name.startsWith(`${fileOf(projection)}.damaged-`)),
      ).toHaveLength(1);
    expect(await cli(folder, 'verify')).toMatchObject({ code: 0 });
  });

  /** What Herald answers of its history and of its people, once it has caught up. */
  const answers = async (): Promise<unknown[]> => {
    const herald = await start(folder, { HERALD_CLOCK_START: START });
    for (const name of ['history', 'people'])
      await until(
        async () => (await ask<{ behind: number }>(herald.url, `/v1/projections/${name}`)).body,
        ({ behind }) => behind === 0,
      );
    const paths = ['/v1/notifications?limit=200', '/v1/people?limit=200'];
    const found = await Promise.all(paths.map(async (path) => (await ask(herald.url, path)).body));
    await herald.stop();
    return found;
  };
});

describe('a folder that cannot be made', () => {
  it.each([
    ['HERALD_EVENT_STORE', 'event-store-unavailable'],
    ['HERALD_READ_MODELS', 'document-store-unavailable'],
  ])('is told of in one sentence: %s', async (setting, code) => {
    const folder = newFolder();
    const notAFolder = join(folder, 'notes.txt');
    writeFileSync(notAFolder, '');
    const there = join(notAFolder, 'herald', 'events.db');
    await expect(
      start(folder, { ...settingsIn(folder), [setting]: `sqlite:${there}` }),
    ).rejects.toMatchObject({
      code,
      message: expect.stringContaining(there),
    });
  });
});
