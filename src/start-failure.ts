import { HeraldError } from './domain/kernel/herald-error.js';
import { createLogger } from './infrastructure/logging/pino-logger.js';
import { sayCrash, sayFailure } from './infrastructure/process/say-failure.js';

/**
 * Why Herald could not listen, as an error that says what to do; any other error as it is.
 * @param of which settings name the address: `HERALD_PUBLIC` of the public listener, `HERALD` of the API.
 * @returns HeraldError `address-in-use`, `cannot-listen`, or what was given.
 */
export const listenFailure = (error: unknown, of: 'HERALD' | 'HERALD_PUBLIC' = 'HERALD'): unknown => {
  if (!isListenError(error)) return error;
  const where = [error.address, error.port].filter((part) => part !== undefined).join(':');
  const failure =
    error.code === 'EADDRINUSE'
      ? new HeraldError(
          'address-in-use',
          `Another program listens on ${where}: set ${of}_PORT to a free port, or end that program.`,
          `${of}_PORT`,
        )
      : new HeraldError(
          'cannot-listen',
          `Herald cannot listen on ${where} (${error.code}): set ${of}_HOST to an address of this machine, and ${of}_PORT to a port that Herald's user may use.`,
          `${of}_HOST`,
        );
  failure.cause = error;
  return failure;
};

interface ListenError extends Error {
  readonly code: string;
  readonly address?: string;
  readonly port?: number;
}

const isListenError = (error: unknown): error is ListenError =>
  error instanceof Error &&
  'code' in error &&
  'syscall' in error &&
  (error.syscall === 'listen' || error.syscall === 'getaddrinfo');

/**
 * Logs why an instance does not start, also where its settings cannot be read: whoever collects the log does not see standard error.
 * @throws what was given.
 */
export const logRefusedStart = (error: unknown): never => {
  createLogger(process.env.HERALD_LOG_LEVEL === 'silent' ? 'silent' : 'error').error(
    error instanceof HeraldError ? { code: error.code, reason: error.message } : { err: error },
    'Herald does not start',
  );
  throw error;
};

/**
 * Runs a program; what it refuses becomes one sentence on standard error, any other error its stack trace, and both the exit code 1.
 */
export async function endWithSentence(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof HeraldError) {
      sayFailure(error);
      return;
    }
    sayCrash(error);
    // Whatever runs already would keep the process alive.
    process.exit();
  }
}
