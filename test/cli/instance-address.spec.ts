import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Herald } from '../../src/herald.js';
import { cliWith, newFolder, start } from '../replay/running.js';

const folder = newFolder();
let herald: Herald;
beforeAll(async () => {
  herald = await start(folder);
});
afterAll(() => herald.stop());

/** A command that asks an instance. */
const projections = (more: Readonly<Record<string, string>>, ...options: string[]) =>
  cliWith(folder, { HERALD_URL: '', HERALD_PORT: '', ...more }, 'projections', ...options);

describe('the address of an instance', () => {
  it('may end with a slash', async () => {
    expect((await projections({}, '--url', `${herald.url}/`)).code).toBe(0);
    expect((await projections({ HERALD_URL: `${herald.url}//` })).code).toBe(0);
  });

  it.each([
    [{}, ['--url', 'nonsense'], 'nonsense'],
    [{}, ['--url', 'localhost:4200'], 'localhost:4200'],
    [{}, ['--url', 'ftp://localhost'], 'ftp://localhost'],
    [{}, ['--url', 'http://localhost/?a=b'], 'http://localhost/'],
    [{ HERALD_URL: 'localhost' }, [], 'localhost'],
    [{ HERALD_PORT: 'abc' }, [], 'http://localhost:abc'],
    [{ HERALD_PORT: '70000' }, [], 'http://localhost:70000'],
  ])('that is none is refused with what one looks like: %j %j', async (settings, options, shown) => {
    expect(await projections(settings, ...options)).toEqual({
      code: 2,
      output: `herald: ${shown} is not the address of an instance: give one such as http://localhost:3000 by --url or HERALD_URL, or its port by HERALD_PORT. [invalid-option]\n`,
    });
  });

  it.each(['http://anna:s3cret@localhost:4200', 'anna:s3cret@localhost', 'http:\\\\anna:s3cret@localhost'])(
    'with a user name or a password is refused, and not shown: %s',
    async (url) => {
      for (const asked of [projections({}, '--url', url), projections({ HERALD_URL: url }, '--help')]) {
        const { code, output } = await asked;
        expect({ code, output }).toEqual({
          code: 2,
          output: expect.stringContaining('must not contain a user name or a password'),
        });
        expect(output).not.toContain('s3cret');
      }
    },
  );

  it('where nothing listens is said with the reason', async () => {
    expect(await projections({}, '--url', 'http://127.0.0.1:9/')).toEqual({
      code: 2,
      output: expect.stringMatching(
        /^herald: Herald does not answer at http:\/\/127\.0\.0\.1:9 \(.+\): start/,
      ),
    });
  });
});
