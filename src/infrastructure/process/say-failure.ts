import type { HeraldError } from '../../domain/kernel/herald-error.js';

/**
 * Text from outside as a terminal may have it, on one line: characters that would command it, and line breaks, are shown by their code.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** The sentence with which a program ends, on standard error; where it names several problems, each on a line of its own. */
export const sayFailure = ({ message, code }: HeraldError): void => {
  process.stderr.write(`herald: ${message.split('\n').map(visible).join('\n')} [${code}]\n`);
};
