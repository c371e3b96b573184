import type { HeraldError } from '../../domain/kernel/herald-error.js';
import { withoutSecrets } from '../logging/known-secrets.js';

/**
 * Text from outside as a terminal may have it, on one line and without secrets: characters that would command it, and line breaks, are
 * shown by their code.
 */
export const visible = (text: string): string =>
  withoutSecrets(text).replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** The sentence with which a program ends, on standard error; where it names several problems, each on a line of its own. */
export const sayFailure = ({ message, code }: HeraldError): void => {
  process.stderr.write(`herald: ${message.split('\n').map(visible).join('\n')} [${code}]\n`);
};

/** An error that nobody expected, with its stack trace, on standard error. */
export const sayCrash = (error: unknown): void => {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${trace.split('\n').map(visible).join('\n')}\n`);
};
