#!/usr/bin/env node
import { Command } from 'commander';
import { HeraldError } from '../domain/kernel/herald-error.js';
import { isServiceLink } from '../infrastructure/config/service-links.js';
import { version } from '../version.js';
import type { MigrateOptions } from './migrate.js';
import type { ReplayOptions } from './replay.js';
import { sayFailure } from './terminal.js';
import type { WhatIfOptions } from './what-if.js';

process.umask(0o077);

const { HERALD_PORT } = process.env;
/** A Service of Kubernetes that is named herald sets it to an address. */
const PORT = HERALD_PORT && !isServiceLink('HERALD_PORT', HERALD_PORT) ? HERALD_PORT : 3000;

const URL_OPTION = [
  '--url <url>',
  'where Herald runs',
  process.env.HERALD_URL || `http://localhost:${PORT}`,
] as const;

const program = new Command('herald')
  .description('Operates Herald: replays, parked documents, held sending, the clock, checks and migration.')
  .version(version);

/** Commands load what they need themselves: help answers at once. */
const exit = async (code: Promise<number>): Promise<void> => {
  process.exitCode = await code;
};

program
  .command('projections')
  .description('show what is live, how far it is, and the latest replay')
  .option(...URL_OPTION)
  .action(async (options: { url: string }) => exit((await import('./projections.js')).projections(options)));

program
  .command('replay <projection>')
  .description('rebuild a projection beside the live one, show what changes, and swap; Ctrl-C pauses')
  .option(...URL_OPTION)
  .option('--dry-run', 'do all but the swap')
  .option('--verify', 'do all but the swap, and exit with 1 if a document differs')
  .option('--resume', 'go on with one that was paused, or that failed')
  .option('--from <position>', 'fold only what is behind this position, to look at')
  .action(async (name: string, options: ReplayOptions) =>
    exit((await import('./replay.js')).replay(name, options)),
  );

program
  .command('retry <projection>')
  .description('retry all parked documents of a projection')
  .option(...URL_OPTION)
  .action(async (name: string, options: { url: string }) =>
    exit((await import('./projections.js')).retry(name, options)),
  );

const parked = program
  .command('parked')
  .description('list, retry or skip documents of read models that an event could not be folded into');
parked
  .command('list')
  .description('show them, each with the event and the reason; exits with 1 if there is one')
  .option(...URL_OPTION)
  .option('--projection <name>', 'only those of one projection')
  .action(async (options: { url: string; projection?: string }) =>
    exit((await import('./parked.js')).list(options)),
  );
parked
  .command('retry <projection> <document>')
  .description('apply the waiting events to a parked document again, from its last good state')
  .option(...URL_OPTION)
  .action(async (projection: string, id: string, options: { url: string }) =>
    exit((await import('./parked.js')).retryParked(projection, id, options)),
  );
parked
  .command('skip <projection> <document>')
  .description(
    'pass over the event that keeps a document parked; this is recorded, and rebuilds pass over it as well',
  )
  .requiredOption('--reason <text>', 'why it may be passed over')
  .option('--by <name>', 'who says so; default: the user of this machine')
  .option(...URL_OPTION)
  .action(async (projection: string, id: string, options: { url: string; reason: string; by?: string }) =>
    exit((await import('./parked.js')).skip(projection, id, options)),
  );

program
  .command('verify [projections...]')
  .description(
    'rebuild projections from the configured log and compare them with the live ones; exits with 1 if one differs, with 2 if there is nothing to compare',
  )
  .action(async (names: string[]) => exit((await import('./verify.js')).verify(names)));

program
  .command('what-if')
  .description(
    'run the rules over recorded history with other parameters, and show who would have been notified; changes nothing',
  )
  .requiredOption('--from <moment>', 'where the span begins, such as 2026-01-01T00:00:00Z')
  .requiredOption('--to <moment>', 'where it ends')
  .option('--threshold <days>', 'remind when the authorisation expires in less than so many days')
  .option('--rules <file>', 'a JSON file with threshold, entitled and policies')
  .action(async (options: WhatIfOptions) => exit((await import('./what-if.js')).whatIfCommand(options)));

program
  .command('doctor')
  .description(
    'look at the configuration, the stores, their indexes, lag, the mail server and the clock; say what to do',
  )
  .action(async () => exit((await import('./doctor.js')).doctor()));

program
  .command('migrate')
  .description(
    'copy a log with its ids and times into another, and compare the two; Herald must not run meanwhile',
  )
  .requiredOption('--from <log>', 'such as sqlite:data/events.db')
  .requiredOption('--to <log>', 'such as esdb://user:password@host:2113')
  .action(async (options: MigrateOptions) => exit((await import('./migrate.js')).migrate(options)));

const JSON_OPTION = ['--json', 'print the answer as JSON'] as const;
const REASON_OPTION = ['--reason <text>', 'why, for the record'] as const;

const sending = program.command('sending').description('show, begin or end a hold of sending');
sending
  .command('show')
  .description(
    'show whether sending is held, and which mails would go out a second time; exits with 1 while it is held',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).show(options)));
sending
  .command('hold')
  .description('hold sending; decisions go on, and what is raised waits')
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).hold(options)));
sending
  .command('release [notificationIds...]')
  .description(
    'end the hold; after a restore the mails begun since the back-up are sent again: all, or only those with the given ids (the others never)',
  )
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (ids: string[], options) => exit((await import('./sending.js')).release(ids, options)));
sending
  .command('keep')
  .description('end the hold; the mails begun since the back-up are never sent again')
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).keep(options)));

const clock = program
  .command('clock')
  .description('show the clock of an instance, or confirm that it is right');
clock
  .command('show')
  .description(
    'show what the clock says, and whether it is believed; exits with 1 while it is not, or is behind the last recorded event',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./clock.js')).show(options)));
clock
  .command('confirm')
  .description(
    'confirm that the clock is right: after a leap, or where events were recorded at a moment that is still to come; holds for all instances whose clock says the same, and for later starts',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./clock.js')).confirm(options)));

const inbox = program.command('inbox').description('look after the inbox stream of EventStoreDB');
inbox
  .command('parked')
  .description('show the events that were refused, each with its reason')
  .action(async () => exit((await import('./inbox.js')).parked()));
inbox
  .command('retry')
  .description('take all that were refused once more')
  .action(async () => exit((await import('./inbox.js')).retry()));

// Whoever reads has read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof HeraldError)) throw error;
  sayFailure(error);
  process.exitCode = 2;
}
