import { Readable } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable, Logger, StreamableFile } from '@nestjs/common';
import { MAX_EXPORT_STALL_MS, MAX_EXPORTS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { CSV, type ExportType } from './media-types.js';

/**
 * Answers with exports as streams: each reads on when the client has taken what was read before, and ends when the client leaves. A
 * stream that breaks off, because a store fails, the client stalls or the instance shuts down, closes the connection, so that nobody takes
 * a part for the whole.
 */
@Injectable()
export class Exports implements BeforeApplicationShutdown {
  readonly #logger = new Logger(Exports.name);
  #begun = 0;
  readonly #streams = new Set<Readable>();

  beforeApplicationShutdown(): void {
    for (const stream of this.#streams) stream.destroy(new Error('The instance shuts down.'));
  }

  /**
   * An export as an attachment.
   * @param name of the file, without its extension.
   * @param open begins to read; the export begins when it has succeeded.
   * @throws HeraldError `too-many-expensive-reads`, and what `open` throws.
   */
  async answer(
    name: string,
    type: ExportType,
    open: () => Promise<AsyncIterable<string>>,
  ): Promise<StreamableFile> {
    if (this.#begun >= MAX_EXPORTS) throw tooMany();
    this.#begun += 1;
    try {
      const stream = streamOf(await open());
      this.#streams.add(stream);
      stream.on('error', (error) => this.#logger.warn(`An export broke off: ${error.message}`));
      stream.once('close', () => this.#end(stream));
      return new StreamableFile(stream, HEADERS[type](name));
    } catch (error) {
      this.#begun -= 1;
      throw error;
    }
  }

  #end(stream: Readable): void {
    this.#begun -= 1;
    this.#streams.delete(stream);
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

/** The pieces as a stream that is destroyed if nobody takes the next one for `MAX_EXPORT_STALL_MS`. */
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
  return stream.once('close', () => clearTimeout(timer));
};

const STALLED = `The client took nothing for ${MAX_EXPORT_STALL_MS / 1_000} s.`;

const tooMany = (): HeraldError =>
  new HeraldError(
    'too-many-expensive-reads',
    `${MAX_EXPORTS} exports are running, which is the limit: retry when one has ended.`,
  );
