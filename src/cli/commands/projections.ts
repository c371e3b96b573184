import type { Command } from 'commander';
import type { ReplayOptions } from '../projections/replay.js';
import { setExitCode, URL_OPTION } from './options.js';

/** Adds the commands about read models. */
export const readModelCommands = (program: Command): void => {
  program.commandsGroup('Read models:');

  program
    .command('projections')
    .description('show the live version, the lag and the latest replay of each projection')
    .option(...URL_OPTION)
    .action(async (options: { url: string }) =>
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
    .action(async (name: string, options: ReplayOptions) =>
      setExitCode((await import('../projections/replay.js')).replay(name, options)),
    );

  program
    .command('retry <projection>')
    .description('retry all parked documents of a projection')
    .option(...URL_OPTION)
    .action(async (name: string, options: { url: string }) =>
      setExitCode((await import('../projections/projections.js')).retry(name, options)),
    );

  const parked = program
    .command('parked')
    .description('list, retry or skip parked documents: those that an event could not be folded into');
  parked
    .command('list')
    .description('list parked documents with the event and the reason; exits with 1 if there are any')
    .option(...URL_OPTION)
    .option('--projection <name>', 'only those of one projection')
    .action(async (options: { url: string; projection?: string }) =>
      setExitCode((await import('../projections/parked.js')).list(options)),
    );
  parked
    .command('retry <projection> <document>')
    .description('apply the waiting events to a parked document again, from its last good state')
    .option(...URL_OPTION)
    .action(async (projection: string, id: string, options: { url: string }) =>
      setExitCode((await import('../projections/parked.js')).retryParked(projection, id, options)),
    );
  parked
    .command('skip <projection> <document>')
    .description(
      'skip the event that keeps a document parked; the skip is recorded and also applies to rebuilds',
    )
    .requiredOption('--reason <text>', 'why the event may be skipped')
    .option('--by <name>', 'who decided it; default: the user of this machine')
    .option(...URL_OPTION)
    .action(async (projection: string, id: string, options: { url: string; reason: string; by?: string }) =>
      setExitCode((await import('../projections/parked.js')).skip(projection, id, options)),
    );

  program
    .command('verify [projections...]')
    .description(
      'rebuild projections from the configured log and compare them with the live ones; exits with 1 if one differs, with 2 if there is nothing to compare',
    )
    .action(async (names: string[]) => setExitCode((await import('../audit/verify.js')).verify(names)));
};
