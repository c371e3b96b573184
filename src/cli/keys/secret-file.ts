import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readSecretFile, sayFileProblem } from '../../infrastructure/config/secret-settings.js';
import { rememberSecretsOf } from '../../infrastructure/config/secrets-in.js';

/**
 * The connection string of an event store in a file that an option names. Nothing shows its password from then on.
 * @throws HeraldError `invalid-option` if the file cannot be read, may be read by others, or is empty.
 */
export const connectionStringIn = (file: string, option: string): string => {
  try {
    const url = readSecretFile(file);
    rememberSecretsOf({ HERALD_EVENT_STORE: url });
    return url;
  } catch (error) {
    throw new HeraldError('invalid-option', `${option}: ${sayFileProblem(error)}`, option);
  }
};
