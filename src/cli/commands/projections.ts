import type { Command } from 'commander';
import type { VerifyOptions } from '../audit/verify.js';
import type { ParkedOptions, SkipOptions } from '../projections/parked.js';
import type { ProjectionOptions } from '../projections/projections.js';
import type { ReplayOptions } from '../projections/replay.js';
import { JSON_OPTION, setExitCode, URL_OPTION } from './options.js';

/** Adds the commands about read models. */
export const readModelCommands = (program: Command): void => {
  program.commandsGroup('Read models:');

  program
    .command('projections')
    .description(
      'show the live version, the lag and the latest replay of each projection; exits with 1 if a document is parked',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: ProjectionOptions) =>
      setExitCode((await import('../projections/projections.js')).projections(options)),
    );

  program
    .command('replay <projection>')
    .description('rebuild a projection beside the live one, show what changes, and swap; Ctrl-C pauses')
    .option(...URL_OPTION)
    .option('--dry-run', 'replay and compare, but do not swap')
    .option('--verify', 'replay and compare, do not swap, and exit with 1 if a document differs')
    .option('--resume', 'resume a replay that was paused or has failed')
    .option('--from <position>', 'fold only events after this position, for inspection')
    .option('--json', 'print the result as JSON; progress goes to standard error')
    .action(async (name: string, options: ReplayOptions) =>
      setExitCode((await import('../projections/replay.js')).replay(name, options)),
    );

  program
    .command('swap <projection>')
    .description(
      'swap the rebuilt documents of a replay in, once it has caught up; the previous ones are kept',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (name: string, options: ProjectionOptions) =>
      setExitCode((await import('../projections/projections.js')).swap(name, options)),
    );

  program
    .command('cancel <projection>')
    .description('cancel the replay of a projection and drop its documents; those that answer stay')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (name: string, options: ProjectionOptions) =>
      setExitCode((await import('../projections/projections.js')).cancel(name, options)),
    );

  program
    .command('roll-back <projection>')
    .description('roll back to the previous documents, those that answered before the last swap')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (name: string, options: ProjectionOptions) =>
      setExitCode((await import('../projections/projections.js')).rollBack(name, options)),
    );

  program
    .command('retry <projection>')
    .description('retry all parked documents of a projection; exits with 1 if one is still parked')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (name: string, options: ProjectionOptions) =>
      setExitCode((await import('../projections/projections.js')).retry(name, options)),
    );

  const parked = program
    .command('parked')
    .description('list, retry or skip parked documents: those that an event could not be folded into');
  parked
    .command('list')
    .description('list parked documents with the event and the reason; exits with 1 if there are any')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .option('--projection <name>', 'only those of one projection')
    .action(async (options: ParkedOptions & { readonly projection?: string }) =>
      setExitCode((await import('../projections/parked.js')).list(options)),
    );
  parked
    .command('retry <projection> <document>')
    .description(
      'apply the waiting events to a parked document again, from its last good state; exits with 1 if it is still parked',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (projection: string, id: string, options: ParkedOptions) =>
      setExitCode((await import('../projections/parked.js')).retryParked(projection, id, options)),
    );
  parked
    .command('skip <projection> <document>')
    .description(
      'skip the event that keeps a document parked; the skip is recorded and also applies to rebuilds; exits with 1 if it is still parked',
    )
    .requiredOption('--reason <text>', 'why the event may be skipped')
    .option('--by <name>', 'who decided it; default: the user of this machine')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (projection: string, id: string, options: SkipOptions) =>
      setExitCode((await import('../projections/parked.js')).skip(projection, id, options)),
    );

  program
    .command('verify [projections...]')
    .description(
      'rebuild projections from the configured log and compare them with the live ones; exits with 1 if one differs, with 2 if there is nothing to compare',
    )
    .option('--json', 'show the result of each as a line of JSON; progress goes to standard error')
    .action(async (names: string[], options: VerifyOptions) =>
      setExitCode((await import('../audit/verify.js')).verify(names, options)),
    );
};
