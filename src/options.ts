import { parseArgs } from 'node:util';
import { HeraldError } from './domain/kernel/herald-error.js';

/**
 * The options with which a program without commands was started; none of them takes a value.
 * @param names such as `once` for `--once`.
 * @returns those that were given.
 * @throws HeraldError `invalid-option` that names what the program does not know, and all that it knows.
 */
export function optionsOf(names: readonly string[], args = process.argv.slice(2)): ReadonlySet<string> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const }]));
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  for (const token of tokens) {
    const isKnown = token.kind === 'option' && names.includes(token.name) && token.value === undefined;
    if (isKnown || token.kind === 'option-terminator') continue;
    throw new HeraldError(
      'invalid-option',
      `"${args[token.index]}" is not known here. Leave it out. Known: ${names.map((name) => `--${name}`).join(', ')}.`,
    );
  }
  return new Set(tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])));
}
