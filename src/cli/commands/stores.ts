import type { Command } from 'commander';
import type { BackupOptions } from '../stores/backup.js';
import type { MigrateOptions } from '../stores/migrate.js';
import type { RestoreOptions } from '../stores/restore.js';
import type { AdminOptions, GrantOptions } from '../stores/stores.js';
import { JSON_OPTION, setExitCode } from './options.js';

const ADMIN_OPTION = [
  '--admin-url-file <file>',
  'a file with the connection string of an admin of the event store (default: HERALD_EVENT_STORE)',
] as const;

/** Adds the commands about stores. */
export const storeCommands = (program: Command): void => {
  program.commandsGroup('Stores:');

  program
    .command('migrate')
    .description(
      'copy a log with its ids and times into another one and compare both; stop Herald first. A connection string with a password is given by a variable or a file',
    )
    .option('--from <log>', 'such as sqlite:data/events.db; default: HERALD_EVENT_STORE')
    .option('--from-env <name>', 'the environment variable that holds it')
    .option('--from-file <file>', 'the file that holds it')
    .option('--to <log>', 'such as kurrentdb://host:2113?tls=false')
    .option('--to-env <name>', 'the environment variable that holds it')
    .option('--to-file <file>', 'the file that holds it')
    .action(async (options: MigrateOptions) =>
      setExitCode((await import('../stores/migrate.js')).migrate(options)),
    );

  program
    .command('backup <folder>')
    .description(
      'copy the log and the secret, which cannot be rebuilt, to a new folder; Herald may be running. Only for the embedded log',
    )
    .option(...JSON_OPTION)
    .action(async (folder: string, options: BackupOptions) =>
      setExitCode((await import('../stores/backup.js')).backup(folder, options)),
    );

  program
    .command('restore <folder>')
    .description(
      'put the log and the secret of a backup in place, and set aside those that are there; stop Herald first',
    )
    .option('--force', 'also where the log is so damaged that it cannot be told whether Herald is stopped')
    .option(...JSON_OPTION)
    .action(async (folder: string, options: RestoreOptions) =>
      setExitCode((await import('../stores/restore.js')).restore(folder, options)),
    );

  const inbox = program.command('inbox').description('manage the inbox stream of the event store');
  inbox
    .command('parked')
    .description('list parked events with their reasons')
    .option(...ADMIN_OPTION)
    .action(async (options: AdminOptions) =>
      setExitCode((await import('../stores/inbox.js')).parked(options)),
    );
  inbox
    .command('retry')
    .description('retry all parked events')
    .option(...ADMIN_OPTION)
    .action(async (options: AdminOptions) =>
      setExitCode((await import('../stores/inbox.js')).retry(options)),
    );

  const stores = program.command('stores').description('set up the stores');
  stores
    .command('grant')
    .description(
      "let Herald's user of EventStoreDB or KurrentDB read $all, and create the group that reads the inbox stream",
    )
    .option(...ADMIN_OPTION)
    .option('--user <name>', 'the user, or a group that it is in (default: the user of HERALD_EVENT_STORE)')
    .action(async (options: GrantOptions) =>
      setExitCode((await import('../stores/stores.js')).grant(options)),
    );
};
