import { Injectable, Logger } from '@nestjs/common';
import { type AccessCommand, AccessLogPart } from '../../domain/access/access-log.js';
import { MAX_ACCESS_RECORDS_PER_STREAM } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { uniqueId } from '../aggregates/ids.js';
import type { Request } from '../aggregates/requests.js';
import { LogOnce } from '../concurrency/log-once.js';

interface Pending extends Request<AccessCommand> {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records who asked for what. What is to be recorded while an append is under way waits for the next one, so that many readers
 * share a commit. Each instance writes streams of its own: it never conflicts with another.
 */
@Injectable()
export class AccessLog {
  readonly #instance = uniqueId();
  readonly #logOnce = new LogOnce(new Logger(AccessLog.name));
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #day = '';
  #part = 0;
  #length = 0;

  constructor(private readonly aggregates: Aggregates) {}

  /**
   * Resolves when it is durable.
   * @throws HeraldError `access-log-unavailable`.
   */
  record(request: Request<AccessCommand>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...request, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      await this.#write(group);
    }
    this.#writing = undefined;
  }

  async #write(group: readonly Pending[]): Promise<void> {
    try {
      await this.aggregates.execute(AccessLogPart, this.#streamFor(group), group);
      this.#logOnce.over();
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.#logOnce.about(error);
      for (const { reject } of group) reject(unavailable());
    }
  }

  /** A stream is left when its day is over, or when it is long: none grows without bound. */
  #streamFor(group: readonly Pending[]): string {
    const [day = ''] = (group[0] as Pending).command.at.split('T');
    if (day !== this.#day || this.#length >= MAX_ACCESS_RECORDS_PER_STREAM) {
      this.#part = day === this.#day ? this.#part + 1 : 0;
      this.#day = day;
      this.#length = 0;
    }
    this.#length += group.length;
    return `${day}.${this.#instance}.${this.#part}`;
  }
}

const unavailable = (): HeraldError =>
  new HeraldError(
    'access-log-unavailable',
    'The access log cannot be written, and nothing is read or changed unrecorded. Retry in a few seconds; if the error persists, see GET /health.',
  );
