import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_SECRET_FILE_BYTES } from '../../src/domain/bounds.js';
import { type Config, readConfig } from '../../src/infrastructure/config/config.js';
import { SECRET_SETTINGS } from '../../src/infrastructure/config/secret-settings.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-secret-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const fileWith = (content: string | Uint8Array, mode = 0o600): string => {
  files += 1;
  const file = join(folder, String(files));
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
};

const VALUES: Readonly<Record<string, string>> = {
  HERALD_ADMIN_KEY: 'a-key-of-an-admin-with-more-than-32-letters',
  HERALD_OIDC_CLIENT_SECRET: 'the secret of a client',
  HERALD_EVENT_STORE: 'esdb://u:p%40ssword@host:2113',
  HERALD_READ_MODELS: 'mongodb://u:p%40ssword@host/herald',
  HERALD_MAIL: 'smtps://u:p%40ssword@host',
  HERALD_FEEDBACK_MAILBOX: 'imaps://u:p%40ssword@host',
  HERALD_FEEDBACK_POSTMARK: 'user: sixteen letters ',
  HERALD_FEEDBACK_STANDARD_SECRETS: 'whsec_one whsec_two',
};

/** Settings that others need. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HERALD_OIDC_CLIENT_SECRET: {
    ...{ HERALD_OIDC_ISSUER: 'https://issuer.example', HERALD_OIDC_AUDIENCE: 'herald' },
    HERALD_OIDC_CLIENT_ID: 'herald-console',
  },
};

describe('Every setting that holds a secret', () => {
  it('is known to this test', () => {
    expect(Object.keys(VALUES).sort()).toEqual([...SECRET_SETTINGS].sort());
  });

  it.each(Object.entries(VALUES))('can be given as a file: %s', (name, value) => {
    for (const end of ['', '\n', '\r\n', '\n\n'])
      expect(
        readConfig({ ...NEEDED[name], [`${name}_FILE`]: fileWith(value + end) })[name as keyof Config],
      ).toBe(value);
  });

  it.each(Object.entries(VALUES))('is refused when it is given twice: %s', (name, value) => {
    expect(() => readConfig({ [name]: value, [`${name}_FILE`]: fileWith(value) })).toThrow(
      `${name}: Set ${name} or ${name}_FILE, and not both.`,
    );
  });

  it.each([
    ['missing', () => join(folder, 'no-such-file'), /cannot be read \(ENOENT\)/],
    ['a folder', () => folder, /Expected a file/],
    ['empty', () => fileWith(''), /is empty/],
    ['a line end', () => fileWith('\n'), /is empty/],
    ['no text', () => fileWith(Uint8Array.of(0x73, 0xff)), /UTF-8/],
    ['too large', () => fileWith('x'.repeat(MAX_SECRET_FILE_BYTES + 1)), /more than 65536 bytes/],
    ['the secret itself', () => 'smtp://u:SuperSecret@host', /cannot be read \(ENOENT\)/],
  ])('is refused with what to do when its file is %s', (_, file, says) => {
    const path = file();
    const refused = () => readConfig({ HERALD_MAIL_FILE: path });
    expect(refused).toThrow(
      expect.objectContaining({ code: 'invalid-configuration', field: 'HERALD_MAIL_FILE' }),
    );
    expect(refused).toThrow(says);
    expect(refused).not.toThrow(/SuperSecret/);
  });

  it('may be as large as its bound, and is then refused for what it holds', () => {
    expect(() => readConfig({ HERALD_MAIL_FILE: fileWith('x'.repeat(MAX_SECRET_FILE_BYTES)) })).toThrow(
      'HERALD_MAIL: Expected outbox:<folder>',
    );
  });

  it.runIf(process.getuid).each([0o644, 0o640, 0o604])(
    'is refused when others may read its file: %o',
    (mode) => {
      expect(() => readConfig({ HERALD_MAIL_FILE: fileWith('smtp://host', mode) })).toThrow(/chmod 600/);
    },
  );
});
