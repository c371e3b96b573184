import { Readable } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable, Logger, StreamableFile } from '@nestjs/common';
import type { Principal } from '../../../domain/access/principal.js';
import {
  MAX_EXPORT_MS,
  MAX_EXPORT_STALL_MS,
  MAX_EXPORTS,
  MAX_EXPORTS_PER_PRINCIPAL,
} from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { CSV, type ExportType } from './media-types.js';

/**
 * Answers with exports as streams: each reads on when the client has taken what was read before, and ends when the client leaves. A
 * stream that breaks off, because a store fails, the client stalls, it takes too long or the instance shuts down, closes the connection, so
 * that nobody takes a part for the whole.
 */
@Injectable()
export class Exports implements BeforeApplicationShutdown {
  readonly #logger = new Logger(Exports.name);
  /** Whose exports are running; each is in it once. */
  readonly #begun: string[] = [];
  readonly #streams = new Set<Readable>();

  beforeApplicationShutdown(): void {
    for (const stream of this.#streams) stream.destroy(new Error('The instance shuts down.'));
  }

  /**
   * An export as an attachment.
   * @param to whom.
   * @param name of the file, without its extension.
   * @param open begins to read; the export begins when it has succeeded.
   * @throws HeraldError `too-many-expensive-reads`, and what `open` throws.
   */
  async answer(
    to: Pick<Principal, 'id'>,
    name: string,
    type: ExportType,
    open: () => Promise<AsyncIterable<string>>,
  ): Promise<StreamableFile> {
    this.#requireRoom(to);
    this.#begun.push(to.id);
    try {
      const stream = streamOf(await open());
      this.#streams.add(stream);
      stream.on('error', (error) => this.#logger.warn(`An export broke off: ${error.message}`));
      stream.once('close', () => this.#end(to, stream));
      return new StreamableFile(stream, HEADERS[type](name));
    } catch (error) {
      this.#release(to);
      throw error;
    }
  }

  #requireRoom({ id }: Pick<Principal, 'id'>): void {
    if (this.#begun.length >= MAX_EXPORTS) throw tooMany(`${MAX_EXPORTS} exports are running`);
    if (this.#begun.filter((one) => one === id).length >= MAX_EXPORTS_PER_PRINCIPAL)
      throw tooMany(`${MAX_EXPORTS_PER_PRINCIPAL} exports of yours are running`);
  }

  #end(to: Pick<Principal, 'id'>, stream: Readable): void {
    this.#release(to);
    this.#streams.delete(stream);
  }

  #release({ id }: Pick<Principal, 'id'>): void {
    this.#begun.splice(this.#begun.indexOf(id), 1);
  }
}

const HEADERS = {
  [CSV]: (name: string) => ({
    type: 'text/csv; charset=utf-8; header=present',
    disposition: `attachment; filename="${name}.csv"`,
  }),
  'application/x-ndjson': (name: string) => ({
    type: 'application/x-ndjson; charset=utf-8',
    disposition: `attachment; filename="${name}.ndjson"`,
  }),
};

/** The pieces as a stream that is destroyed if nobody takes the next one for `MAX_EXPORT_STALL_MS`, and after `MAX_EXPORT_MS`. */
const streamOf = (pieces: AsyncIterable<string>): Readable => {
  let timer: NodeJS.Timeout;
  const wait = () => {
    timer = setTimeout(() => stream.destroy(new Error(STALLED)), MAX_EXPORT_STALL_MS);
  };
  async function* taken(): AsyncGenerator<string, void, undefined> {
    clearTimeout(timer);
    for await (const piece of pieces) {
      wait();
      yield piece;
      clearTimeout(timer);
    }
  }
  const stream = Readable.from(taken(), { objectMode: false });
  wait();
  const end = setTimeout(() => stream.destroy(new Error(TOO_LONG)), MAX_EXPORT_MS);
  return stream.once('close', () => {
    clearTimeout(timer);
    clearTimeout(end);
  });
};

const STALLED = `The client took nothing for ${MAX_EXPORT_STALL_MS / 1_000} s.`;

const TOO_LONG = `It took longer than ${MAX_EXPORT_MS / 60_000} min.`;

const tooMany = (what: string): HeraldError =>
  new HeraldError('too-many-expensive-reads', `${what}, which is the limit: retry when one has ended.`);
