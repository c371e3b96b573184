import { InvalidArgumentError, Option } from 'commander';
import { isServiceLink } from '../../infrastructure/config/service-links.js';

const { HERALD_PORT } = process.env;
/** Kubernetes sets HERALD_PORT to an address if a Service is named herald. */
const PORT = HERALD_PORT && !isServiceLink('HERALD_PORT', HERALD_PORT) ? HERALD_PORT : 3000;

export const URL_OPTION = [
  '--url <url>',
  'the address of a running instance',
  process.env.HERALD_URL || `http://localhost:${PORT}`,
] as const;

const limitOf = (value: string): string => {
  if (/^([1-9]\d{0,8}|all)$/.test(value)) return value;
  throw new InvalidArgumentError('Expected a whole number of at least 1, or all.');
};

/** How many of a list are shown. @param says what `--help` says. */
export const limitOption = (says: string): Option =>
  new Option('--limit <number>', says).default('50').argParser(limitOf);

export const JSON_OPTION = ['--json', 'print the answer as JSON'] as const;
export const REASON_OPTION = ['--reason <text>', 'why, for the record'] as const;

/** Sets the exit code that a command returns. Commands are loaded when they are called, so that `--help` answers at once. */
export const setExitCode = async (code: Promise<number>): Promise<void> => {
  process.exitCode = await code;
};
