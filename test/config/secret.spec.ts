import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, expect, it, vi } from 'vitest';
import { secretOf } from '../../src/infrastructure/config/secret.js';

const root = mkdtempSync(join(tmpdir(), 'herald-secret-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => {
  folders += 1;
  return join(root, String(folders));
};
const secretIn = (folder: string, isFirstStart = true) =>
  secretOf({ HERALD_SECRET_FILE: join(folder, 'secret.txt') }, async () => isFirstStart);
const fileWith = (text: string, mode = 0o600): string => {
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, 'secret.txt'), text);
  chmodSync(join(folder, 'secret.txt'), mode);
  return folder;
};

it('A secret is made once, whole, and for its owner alone', async () => {
  const folder = newFolder();
  const secrets = await Promise.all(Array.from({ length: 20 }, () => secretIn(folder)));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]?.length).toBeGreaterThanOrEqual(32);
  expect(readdirSync(folder)).toEqual(['secret.txt']);
  expect(readFileSync(join(folder, 'secret.txt'), 'utf8')).toBe(secrets[0]);
  expect(statSync(join(folder, 'secret.txt')).mode & 0o777).toBe(0o600);
});

it.each([
  ['nothing', ''],
  ['a line end', '\n'],
  ['31 characters', 'x'.repeat(31)],
])('A secret file that holds %s is refused, and left as it is', async (_, text) => {
  const folder = fileWith(text);
  await expect(secretIn(folder)).rejects.toMatchObject({
    code: 'invalid-secret',
    message: expect.stringMatching(/secret\.txt holds fewer than 32 characters/),
  });
  expect(readFileSync(join(folder, 'secret.txt'), 'utf8')).toBe(text);
});

it('A secret file that holds 32 characters is taken', async () => {
  await expect(secretIn(fileWith(`${'x'.repeat(32)}\n`))).resolves.toBe('x'.repeat(32));
});

it.runIf(process.getuid).each([0o644, 0o640, 0o604])(
  'A secret file that others may read is refused, with what to do: %o',
  async (mode) => {
    const folder = fileWith('x'.repeat(32), mode);
    await expect(secretIn(folder)).rejects.toMatchObject({
      code: 'invalid-secret',
      message: expect.stringContaining(`chmod 600 ${join(folder, 'secret.txt')}`),
    });
  },
);

it('A secret file that cannot be created is reported in one sentence', async () => {
  const folder = fileWith('x'.repeat(32));
  const file = join(folder, 'secret.txt', 'secret.txt');
  await expect(secretOf({ HERALD_SECRET_FILE: file }, async () => true)).rejects.toMatchObject({
    code: 'invalid-secret',
    message: expect.stringContaining(file),
  });
});

it('A secret that is made is a warning where the log holds something, for the links of mails that were sent before', async () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const inform = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
  await secretIn(join(root, 'first'));
  expect(warn).not.toHaveBeenCalled();
  expect(inform.mock.calls).toEqual([[expect.stringContaining('A new secret was made')]]);
  const folder = join(root, 'warned');
  await secretIn(folder, false);
  expect(warn.mock.calls).toEqual([[expect.stringContaining('links no longer work')]]);
  await secretIn(folder, false);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
  inform.mockRestore();
});
