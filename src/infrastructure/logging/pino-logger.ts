import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { LogOutput } from './log-output.js';
import { currentRequest } from './request-context.js';
import { scrub } from './scrub.js';

/**
 * A log of JSON lines with the time as ISO 8601, the level by name, and the correlation id of the request. No line contains an
 * address or a password.
 * @param destination default: standard output.
 */
export const createLogger = (level: string, destination?: DestinationStream): Logger => {
  const options: LoggerOptions = {
    name: 'herald',
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Scrubbed fields are written as they are.
    serializers: { err: (error: unknown) => error },
    // A new object for each line, because pino writes the line's fields into it.
    mixin: () => ({ ...currentRequest() }),
    hooks: {
      logMethod(args, method) {
        method.apply(this, args.map((one) => scrub(one)) as typeof args);
      },
    },
  };
  return pino(options, destination ?? new LogOutput());
};

/** Writes the logs of Nest and Herald as JSON lines. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    // Nest logs every route at startup, which is more than an operator needs.
    this.#write(isFromNest(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: readonly unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.#write('debug', message, rest);
  }

  /** Nest passes the context last; before it there may be an error, a stack trace, or fields of the line. */
  #write(level: 'error' | 'warn' | 'info' | 'debug', message: unknown, rest: readonly unknown[]): void {
    const more = [...(typeof message === 'string' ? [] : [message]), ...rest.slice(0, -1)].map(fieldsOf);
    const text = message instanceof Error ? message.message : String(message);
    this.pino[level](Object.assign({ context: rest.at(-1) }, ...more), text);
  }
}

const fieldsOf = (value: unknown): object => {
  if (value instanceof Error) return { err: value };
  if (typeof value === 'string') return { stack: value };
  return typeof value === 'object' && value !== null ? value : {};
};

const NEST_CONTEXTS = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
]);

const isFromNest = (context: unknown): boolean => typeof context === 'string' && NEST_CONTEXTS.has(context);
