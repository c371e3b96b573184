import type Database from 'libsql';
import type { InboundRecord, StoredEvent, Upcast } from '../../application/ports/event-store.js';
import { answering, COMMAND_ID, IS_INBOUND } from './log-file.js';
import { positionOf } from './position.js';

type Direction = 'forwards' | 'backwards';
type Row = [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

type InboundRow = [commandId: string, stream: string, digest: string | null];

const SELECT = 'SELECT position, stream, revision, id, type, data, metadata FROM events';

/**
 * Pages of the log, upcast to the current schema versions. Its methods throw HeraldError `event-store-unavailable` when the
 * file fails; an error of `upcast` is passed on.
 */
export class LogReader {
  readonly #stream;
  readonly #all;
  readonly #some;
  readonly #inbound;
  readonly #head;
  readonly #version;

  constructor(
    connection: Database.Database,
    private readonly file: string,
    private readonly upcast: Upcast,
  ) {
    const select = (rest: string) => connection.prepare(`${SELECT} ${rest}`).raw();
    this.#stream = {
      forwards: select('WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?'),
      backwards: select('WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?'),
    };
    this.#all = {
      forwards: select('WHERE position >= ? ORDER BY position LIMIT ?'),
      backwards: select('WHERE position < ? ORDER BY position DESC LIMIT ?'),
    };
    // Other events are not read at all: a frozen mail is as long as a hundred events.
    this.#some = select(
      'WHERE position BETWEEN ? AND ? AND (type IN (SELECT value FROM json_each(?)) OR position = ?) ORDER BY position',
    );
    this.#inbound = connection
      .prepare(
        `SELECT ${COMMAND_ID}, stream, json_extract(metadata, '$.sourceDigest') FROM events WHERE ${IS_INBOUND} AND ${COMMAND_ID} IN (SELECT value FROM json_each(?))`,
      )
      .raw();
    this.#head = connection.prepare('SELECT max(position) FROM events').raw();
    this.#version = connection.prepare('PRAGMA data_version').raw();
  }

  /** Up to `count` events of a stream, from a revision (inclusive). */
  stream(direction: Direction, stream: string, from: number, count: number): StoredEvent[] {
    return this.#events(() => this.#stream[direction].all(stream, from, count));
  }

  /** Up to `count` events of the log, from a key that is inclusive forwards and exclusive backwards. */
  all(direction: Direction, from: number, count: number): StoredEvent[] {
    return this.#events(() => this.#all[direction].all(from, count));
  }

  /** The events of these types from one key to another (inclusive), and the last event whatever its type. */
  some(types: readonly string[], from: number, to: number): StoredEvent[] {
    return this.#events(() => this.#some.all(from, to, JSON.stringify(types), to));
  }

  /** The CloudEvents of these commands. */
  inbound(commandIds: readonly string[]): InboundRecord[] {
    const rows = answering(this.file, () => this.#inbound.all(JSON.stringify(commandIds))) as InboundRow[];
    return rows.map(([commandId, stream, digest]) => ({ commandId, stream, ...(digest ? { digest } : {}) }));
  }

  /** The key of the last event, or undefined for an empty log. */
  head(): number | undefined {
    const [key] = answering(this.file, () => this.#head.get()) as [key: number | null];
    return key ?? undefined;
  }

  /** A number that changes when another connection has written. */
  version(): number {
    const [version] = answering(this.file, () => this.#version.get()) as [version: number];
    return version;
  }

  #events(read: () => unknown[]): StoredEvent[] {
    const rows = answering(this.file, read) as Row[];
    return rows.map(([key, stream, revision, id, type, data, metadata]) =>
      this.upcast({
        position: positionOf(key),
        stream,
        revision,
        id,
        type,
        data: JSON.parse(data),
        metadata: JSON.parse(metadata),
      }),
    );
  }
}
