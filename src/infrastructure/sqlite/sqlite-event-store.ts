import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkedAppend, checkMaxCount, checkStreamRead } from '../../application/ports/checked-append.js';
import {
  type AppendResult,
  EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type InboundRecord,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type Upcast,
} from '../../application/ports/event-store.js';
import { shareOf } from '../../application/ports/share-of.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { GroupCommit } from './group-commit.js';
import { LogChanges } from './log-changes.js';
import { ConnectionCommitter } from './log-committer.js';
import { answering, openLogFile, openLogFileToRead } from './log-file.js';
import { LogReader } from './log-reader.js';
import { LogThread } from './log-thread/log-thread.js';
import { LogWriter } from './log-writer.js';
import { OpenedFile } from './opened-file.js';
import { keyOf, positionOf } from './position.js';

/** The maximum number of events in memory for one reader. */
const PAGE = 500;

export interface SqliteEventStoreOptions {
  /** The file of the log. It and its folder are created if they are missing. */
  readonly file: string;
  /** `read`: the file must exist, and nothing is changed. Default: `write`. */
  readonly access?: 'read' | 'write';
  /** Whether a thread of its own appends: for a process that has other work to do meanwhile. Default: no. */
  readonly appendsInThread?: boolean;
  /** Applied to every event that is read. Default: none. */
  readonly upcast?: Upcast;
}

/**
 * The log in one SQLite file. Several instances and processes on one machine may share the file. Besides the errors of the
 * port, every operation throws HeraldError `event-store-unavailable` when the file fails, and `event-store-closed` after
 * `close`. Appends and `head` throw `log-replaced` once the path leads to another file.
 */
export class SqliteEventStore extends EventStore {
  readonly #file: string;
  #log: OpenLog | undefined;

  /** @throws HeraldError `event-store-unavailable` when the file cannot be opened or is no log; `log-missing`. */
  constructor(options: SqliteEventStoreOptions) {
    super();
    this.#file = options.file;
    this.#log = openLog(options);
  }

  override async append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const checked = checkedAppend(stream, events, expected, this.maxAppendBytes);
    return this.#opened().commits.add({ stream, events: checked, expected });
  }

  override async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<StoredEvent> {
    checkStreamRead(stream, options);
    const { direction = 'forwards', maxCount } = options;
    const forwards = direction === 'forwards';
    const first = options.fromRevision ?? (forwards ? 0 : Number.MAX_SAFE_INTEGER);
    const pages = this.#pages(maxCount, (reader, count, last) => {
      const from = last ? last.revision + (forwards ? 1 : -1) : first;
      return reader.stream(direction, stream, from, count);
    });
    for await (const page of pages) yield* page;
  }

  override async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    checkMaxCount(options.maxCount);
    const { direction = 'forwards', from, maxCount } = options;
    const forwards = direction === 'forwards';
    const first = from === undefined ? (forwards ? 0 : Number.MAX_SAFE_INTEGER) : keyOf(from);
    yield* this.#pages(maxCount, (reader, count, last) => {
      const next = last ? keyOf(last.position) + (forwards ? 1 : 0) : first;
      return reader.all(direction, next, count);
    });
  }

  override async *subscribeToAll({
    after,
    signal,
    maxBatch = PAGE,
    types,
  }: SubscribeOptions): AsyncGenerator<readonly StoredEvent[]> {
    let next = after === undefined ? 1 : keyOf(after) + 1;
    let log: OpenLog | undefined = this.#opened();
    for (; log && !signal.aborted; log = this.#log) {
      const { reader, changes } = log;
      const version = reader.version();
      const page = types
        ? reader.some(types, next, Math.min(next + maxBatch - 1, reader.head() ?? 0))
        : reader.all('forwards', next, maxBatch);
      const last = page.at(-1);
      if (last) {
        next = keyOf(last.position) + 1;
        yield page;
        await nextTurn(); // a reader that is far behind must not block everything else
      } else {
        await changes.since(version, signal);
      }
    }
  }

  override async head(): Promise<Position | undefined> {
    const { reader, opened } = this.#opened();
    opened.requireInPlace();
    const key = reader.head();
    return key === undefined ? undefined : positionOf(key);
  }

  override readonly findsInbound = true;

  override async findInbound(commandIds: readonly string[]): Promise<readonly InboundRecord[]> {
    return this.#opened().reader.inbound(commandIds);
  }

  override async count(upTo: Position): Promise<number> {
    return keyOf(upTo);
  }

  override share(position: Position, head: Position): number {
    return shareOf(BigInt(keyOf(position)), BigInt(keyOf(head)));
  }

  /** Commits pending appends, ends the subscriptions and closes the file. Idempotent. */
  override async close(): Promise<void> {
    const log = this.#log;
    if (!log) return;
    this.#log = undefined;
    log.changes.wakeAll();
    await log.commits.close();
    log.emptyWal();
    log.connection.close();
  }

  /** Pages of at most `PAGE` events and `maxCount` in all, until one is not full. */
  async *#pages(
    maxCount: number | undefined,
    read: (reader: LogReader, count: number, last: StoredEvent | undefined) => StoredEvent[],
  ): AsyncGenerator<StoredEvent[]> {
    let left = maxCount ?? Number.POSITIVE_INFINITY;
    let last: StoredEvent | undefined;
    for (;;) {
      const count = Math.min(PAGE, left);
      const { reader } = this.#opened();
      const page = read(reader, count, last);
      if (page.length > 0) yield page;
      left -= page.length;
      last = page.at(-1);
      if (page.length < count || left === 0) return;
      await nextTurn();
    }
  }

  #opened(): OpenLog {
    if (this.#log) return this.#log;
    throw new HeraldError('event-store-closed', `The log ${this.#file} has been closed: open it again.`);
  }
}

type OpenLog = ReturnType<typeof openLog>;

function openLog({
  file,
  access = 'write',
  appendsInThread = false,
  upcast = (event) => event,
}: SqliteEventStoreOptions) {
  const connection = access === 'read' ? openLogFileToRead(file) : openLogFile(file);
  const opened = new OpenedFile(file);
  // A file that is no log fails here: there is no table to prepare a query on.
  const [reader, committer] = answering(file, () => {
    const here = () => new ConnectionCommitter(connection, new LogWriter(connection), file, opened);
    return [
      new LogReader(connection, file, upcast),
      appendsInThread ? new LogThread(file, opened) : here(),
    ] as const;
  });
  const changes = new LogChanges(() => reader.version());
  const commits = new GroupCommit(committer, () => changes.wakeAll());
  /** Empties the write-ahead log, so that the closed file alone is the whole log and can be copied. */
  const emptyWal = () => {
    try {
      if (access === 'write') connection.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process uses the file: the write-ahead log keeps its content, and nothing is lost.
    }
  };
  return { connection, opened, reader, changes, commits, emptyWal };
}
