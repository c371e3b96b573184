import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readSecretFile, sayFileProblem } from '../../infrastructure/config/secret-settings.js';

/**
 * The credential of whoever uses the command line: `HERALD_KEY`, or the content of the file that `HERALD_KEY_FILE` names; undefined if
 * neither is set. Never an argument: every user of the machine sees those.
 * @throws HeraldError `invalid-configuration`. It quotes neither the key nor the file.
 */
export const credentialOf = ({
  HERALD_KEY: key,
  HERALD_KEY_FILE: file,
}: Readonly<Record<string, string | undefined>>): string | undefined => {
  if (key && file) throw invalid('HERALD_KEY', 'Set HERALD_KEY or HERALD_KEY_FILE, and not both.');
  const credential = file ? read(file).trim() : key?.trim();
  if (!credential) return undefined;
  if (/^[\x21-\x7e]+$/.test(credential)) return credential;
  throw invalid(file ? 'HERALD_KEY_FILE' : 'HERALD_KEY', 'Expected one key on one line, such as hk_….');
};

const read = (file: string): string => {
  try {
    return readSecretFile(file);
  } catch (error) {
    throw invalid('HERALD_KEY_FILE', sayFileProblem(error));
  }
};

const invalid = (name: string, says: string): HeraldError =>
  new HeraldError('invalid-configuration', `${name}: ${says}`, name);
