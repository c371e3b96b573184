import type { Readable } from 'node:stream';
import { pause } from '../../application/concurrency/back-off.js';
import { NoAnswer } from './failures.js';

/** The server ended a read; `cause` has the reason. */
export class Dropped extends Error {}

export interface BatchOptions {
  /** The maximum number of items in a batch. */
  readonly most: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** The read fails after this many milliseconds without an item; omitted if silence is no failure. */
  readonly patience?: number;
  /** The same for the first item. Default: `patience`. */
  readonly firstPatience?: number;
  /**
   * A batch that is not full follows the one before after this many milliseconds at the earliest: a reader that is always ready would
   * get each item alone. Default: 0.
   */
  readonly gather?: number;
}

/**
 * The available items of a client stream, in batches. Nothing is read ahead beyond the stream's own buffer. Returns when the
 * stream ends.
 * @throws Dropped when the stream fails, or is silent for too long.
 */
export async function* batchesOf<T>(source: Readable, options: BatchOptions): AsyncGenerator<T[]> {
  const { most, signal, gather = 0 } = options;
  const watch = watching(source, options);
  let handedAt = Number.NEGATIVE_INFINITY;
  let { patience, firstPatience = patience } = options;
  try {
    for (;;) {
      const early = handedAt + gather - performance.now();
      if (early > 0 && source.readableLength < most && !watch.isOver) await pause(early, signal);
      // What is at hand when it is aborted belongs to nobody.
      if (signal?.aborted) return;
      const batch = taken<T>(source, most);
      if (batch.length > 0) {
        handedAt = performance.now();
        firstPatience = patience;
        yield batch;
      } else if (watch.failure) throw new Dropped('The server ended a read.', { cause: watch.failure });
      else if (watch.isOver) return;
      else await watch.change(firstPatience);
    }
  } finally {
    watch.stop();
  }
}

function taken<T>(source: Readable, most: number): T[] {
  const batch: T[] = [];
  while (batch.length < most) {
    const item = source.read() as T | null;
    if (item === null) break;
    batch.push(item);
  }
  return batch;
}

function watching(source: Readable, { signal }: BatchOptions) {
  let wake: () => void = () => undefined;
  const watch = {
    failure: undefined as unknown,
    isOver: signal?.aborted ?? false,
    /** Resolves when there may be more, or the end. */
    change: async (patience: number | undefined): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (patience === undefined) return;
        timer = setTimeout(() => failed(new NoAnswer(`no answer within ${patience} ms`)), patience);
      });
      clearTimeout(timer);
    },
    stop: (): void => {
      source.off('readable', readable).off('end', over).off('close', over);
      signal?.removeEventListener('abort', over);
    },
  };
  const readable = () => wake();
  const over = () => {
    watch.isOver = true;
    wake();
  };
  const failed = (error: unknown) => {
    watch.failure = error;
    wake();
  };
  // The error listener stays: an error after the end would otherwise end the process.
  source.on('readable', readable).on('end', over).on('close', over).on('error', failed);
  signal?.addEventListener('abort', over);
  return watch;
}
