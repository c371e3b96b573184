#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { HeraldError } from '../domain/kernel/herald-error.js';
import { codeOfSignal, endBySignal } from '../infrastructure/process/end-by-signal.js';
import { sayCrash, sayFailure } from '../infrastructure/process/say-failure.js';
import { version } from '../version.js';
import { asTyped, refuseEmpty } from './as-typed.js';
import { auditCommands } from './commands/audit.js';
import { keyCommands } from './commands/keys.js';
import { mailCommands } from './commands/mails.js';
import { operationCommands } from './commands/operations.js';
import { readModelCommands } from './commands/projections.js';
import { storeCommands } from './commands/stores.js';
import { refuseCredentials } from './instance-address.js';

process.umask(0o077);
endBySignal(codeOfSignal);

const program = new Command('herald')
  .description(
    'Operates Herald: events, history, reasons, people, agenda, changes, coverage, replays, workers, settings, parked documents, held sending, mails and their templates, mails in doubt, the clock, checks, backups and migration.',
  )
  .version(version)
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 something was found that the command looks for, 2 not done, also if the command was called wrongly, 130, 143 or 129 interrupted by SIGINT, SIGTERM or SIGHUP, 141 the reader of the output has ended first.',
  )
  // Commands take this over, so it comes before them.
  .exitOverride();

auditCommands(program);
mailCommands(program);
operationCommands(program);
readModelCommands(program);
keyCommands(program);
storeCommands(program);

/** The command that is called. */
let called = program;
program.hook('preAction', (_, command) => {
  called = command;
  refuseEmpty(command);
});

/** The exit code of a command that was not done. */
const NOT_DONE = 2;

/** The exit code of a program that SIGPIPE ends, which Node.js ignores: 128 and its number. */
const PIPE_CLOSED = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has closed the pipe, as `head` does: nothing is wrong, and nobody knows whether all was done.
  if (error.code === 'EPIPE') process.exit(PIPE_CLOSED);
  // A terminal that is closed takes no more output; the signal that says so comes next, and pauses what has to be paused.
  if (error.code === 'EIO' && process.stdout.isTTY) return;
  const says = `The output cannot be written (${error.message}): what was written is only a part of it. Make room, then retry.`;
  sayFailure(new HeraldError('output-failed', says));
  process.exit(NOT_DONE);
});

const endsByCrash = (error: unknown): never => {
  sayCrash(error);
  process.exit(NOT_DONE);
};

process.on('uncaughtException', endsByCrash);

try {
  // Help shows it.
  refuseCredentials(process.env.HERALD_URL ?? '');
  await program.parseAsync();
} catch (error) {
  if (error instanceof HeraldError) {
    sayFailure(asTyped(error, called));
    process.exitCode = NOT_DONE;
  } else if (error instanceof CommanderError) {
    // Commander has said what is wrong, or has shown the help or the version.
    process.exitCode = error.exitCode === 0 ? 0 : NOT_DONE;
  } else endsByCrash(error);
}
