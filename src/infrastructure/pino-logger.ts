import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { redact } from './shown-url.js';

/** What Nest logs, as lines of JSON without passwords. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, context?: unknown): void {
    // Nest tells of every route at start: more than somebody who runs Herald wants to know.
    this.pino.debug({ context }, redact(String(message)));
  }

  error(message: unknown, ...rest: readonly unknown[]): void {
    this.pino.error({ context: rest.at(-1) }, redact(String(message)));
  }

  warn(message: unknown, context?: unknown): void {
    this.pino.warn({ context }, redact(String(message)));
  }

  debug(message: unknown, context?: unknown): void {
    this.pino.debug({ context }, redact(String(message)));
  }
}
