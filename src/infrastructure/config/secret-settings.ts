import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { MAX_SECRET_FILE_BYTES } from '../../domain/bounds.js';

/**
 * The settings that hold a secret. Each can also be given as a file, by the setting with `_FILE` behind its name: an environment
 * variable shows in `docker inspect`, in `/proc` and in reports of crashes. `HERALD_SECRET` is not in this list, because its file
 * is made if it is missing.
 */
export const SECRET_SETTINGS = [
  'HERALD_EVENT_STORE',
  'HERALD_READ_MODELS',
  'HERALD_MAIL',
  'HERALD_ADMIN_KEY',
  'HERALD_OIDC_CLIENT_SECRET',
  'HERALD_FEEDBACK_MAILBOX',
  'HERALD_FEEDBACK_POSTMARK',
  'HERALD_FEEDBACK_STANDARD_SECRETS',
] as const;

export type SecretSetting = (typeof SECRET_SETTINGS)[number];

/** The setting that names the file of a secret. */
const fileSettingOf = (name: string): string => `${name}_FILE`;

/** All settings that name the file of a secret. */
export const SECRET_FILE_SETTINGS: ReadonlySet<string> = new Set(SECRET_SETTINGS.map(fileSettingOf));

type Settings = Readonly<Record<string, string | undefined>>;

/** Settings in which each secret has its value, and what is wrong with the files. */
export interface WithSecrets {
  readonly settings: Settings;
  readonly problems: readonly { readonly name: string; readonly message: string }[];
}

/** Replaces each setting that names the file of a secret by the secret. A problem quotes neither the file nor its path. */
export const withSecretsOfFiles = (given: Settings): WithSecrets => {
  const settings: Record<string, string | undefined> = {};
  const problems: { name: string; message: string }[] = [];
  for (const [name, value] of Object.entries(given))
    if (!SECRET_FILE_SETTINGS.has(name)) settings[name] = value;
  for (const name of SECRET_SETTINGS) {
    const file = given[fileSettingOf(name)];
    if (file === undefined) continue;
    if (settings[name] !== undefined) {
      problems.push({ name, message: `Set ${name} or ${fileSettingOf(name)}, and not both.` });
      continue;
    }
    try {
      settings[name] = readSecretFile(file);
    } catch (error) {
      problems.push({ name: fileSettingOf(name), message: sayFileProblem(error) });
    }
  }
  return { settings, problems };
};

/** The message is a sentence that says what to do. */
class UnusableSecretFile extends Error {}

/**
 * The content of a file that holds a secret, without the line breaks at its end.
 * @throws UnusableSecretFile if it may be read by others, is empty, too large, or no text.
 */
export const readSecretFile = (file: string): string => {
  const handle = openSync(file, 'r');
  try {
    const found = fstatSync(handle);
    if (!found.isFile() && !found.isFIFO()) throw new UnusableSecretFile('Expected a file.');
    if (isReadableByOthers(found))
      throw new UnusableSecretFile('Other users of this machine may read the file: chmod 600 it.');
    const text = decoded(contentOf(handle)).replace(/[\r\n]+$/, '');
    if (text.trim() === '') throw new UnusableSecretFile('The file is empty: write the value into it.');
    return text;
  } finally {
    closeSync(handle);
  }
};

/** A file of another owner, such as a mounted one, is only readable because it is readable by others. */
export const isReadableByOthers = ({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): boolean => {
  const user = process.getuid?.();
  return user !== undefined && uid === user && (mode & 0o077) !== 0;
};

const contentOf = (handle: number): Buffer => {
  const buffer = Buffer.alloc(MAX_SECRET_FILE_BYTES + 1);
  let length = 0;
  for (;;) {
    const read = readSync(handle, buffer, length, buffer.length - length, null);
    length += read;
    if (length > MAX_SECRET_FILE_BYTES)
      throw new UnusableSecretFile(`The file holds more than ${MAX_SECRET_FILE_BYTES} bytes.`);
    if (read === 0) return buffer.subarray(0, length);
  }
};

const decoded = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableSecretFile('The file is not text in UTF-8.');
  }
};

/** Why a file that holds a secret cannot be used, as a sentence that says what to do. */
export const sayFileProblem = (error: unknown): string => {
  if (error instanceof UnusableSecretFile) return error.message;
  // Not its message: that names the path, and somebody may have written the secret itself where its file was asked for.
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return `The file cannot be read (${code}): give the path of a file that Herald's user may read.`;
};
