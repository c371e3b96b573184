import type { Command } from 'commander';
import type { DoctorOptions } from '../doctor/doctor.js';
import { JSON_OPTION, setExitCode, URL_OPTION } from './options.js';

/** Adds the commands about a running instance. */
export const operationCommands = (program: Command): void => {
  program.commandsGroup('Instances:');

  program
    .command('publish <file>')
    .description(
      'publish the CloudEvents of a file, or of standard input for -: one, a batch, or one on each line; exits with 2 if one is refused, and names it',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, options) =>
      setExitCode((await import('../operations/publish.js')).publish(file, options)),
    );

  program
    .command('settings')
    .description('list the settings of an instance, without secrets')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../operations/settings.js')).settings(options)));

  program
    .command('workers')
    .description(
      'show what the workers of an instance do, its leases and its circuit breakers; exits with 1 while a worker or the mails of a sender wait',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../operations/workers.js')).workers(options)));

  const clock = program
    .command('clock')
    .description('show the clock of an instance, or confirm that it is right');
  clock
    .command('show')
    .description(
      'show what the clock says and whether it is believed; exits with 1 if it is not, or is behind the last recorded event',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../operations/clock.js')).show(options)));
  clock
    .command('confirm')
    .description(
      'confirm that the clock is right, after a leap or if events were recorded in the future; applies to all instances with the same time, and to later starts',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../operations/clock.js')).confirm(options)));

  program
    .command('doctor')
    .description(
      'check the configuration, the stores, their indexes, lag, the mail server, the mailbox, the clock, files, secrets, encryption and domains, and say what to do; exits with 1 if something is wrong',
    )
    .option('--json', 'show each finding as a line of JSON')
    .action(async (options: DoctorOptions) =>
      setExitCode((await import('../doctor/doctor.js')).doctor(options)),
    );
};
