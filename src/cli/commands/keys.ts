import { type Command, Option } from 'commander';
import { ROLES } from '../../domain/access/role.js';
import type { CreateKeyOptions } from '../keys/keys.js';
import { JSON_OPTION, setExitCode, URL_OPTION } from './options.js';

/** Adds the commands about API keys. */
export const keyCommands = (program: Command): void => {
  program.commandsGroup('Access:');

  const keys = program.command('keys').description('create, list, rotate or revoke API keys');
  keys
    .command('create')
    .description(
      'create an API key, and print its text; it is not shown again. From the first key on, every request needs one',
    )
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'what people call it, such as the system that uses it')
    .option('--solution <ids...>', 'the solutions that it is bound to; default: it is valid for all')
    .option('--source <prefixes...>', 'how the source of its CloudEvents begins; default: it is not limited')
    .option('--expires <when>', 'after a time such as 90d, at a date-time, or never; default: after a year')
    .option('--offline', 'write it to the configured log, without an instance: when nobody has a key')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: CreateKeyOptions) =>
      setExitCode((await import('../keys/keys.js')).create(options)),
    );
  keys
    .command('list')
    .description('list API keys with their last use')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../keys/keys.js')).list(options)));
  keys
    .command('rotate <id>')
    .description('give an API key a new secret, and print its text; it is not shown again')
    .option(
      '--overlap <time>',
      'how long the old secret stays valid, such as 24h, at most 30d; default: a day',
    )
    .option(
      '--expires <when>',
      'when the new secret expires; default: it is valid for as long as the old one',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options) =>
      setExitCode((await import('../keys/keys.js')).rotate(id, options)),
    );
  keys
    .command('revoke <id>')
    .description('revoke an API key for good; it holds on every instance within a second')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options) =>
      setExitCode((await import('../keys/keys.js')).revoke(id, options)),
    );
};
