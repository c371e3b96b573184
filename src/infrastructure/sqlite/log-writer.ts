import type Database from 'libsql';
import type { CheckedEvent } from '../../application/ports/checked-append.js';
import {
  type AppendResult,
  type ExpectedRevision,
  WrongExpectedRevision,
} from '../../application/ports/event-store.js';
import { positionOf } from './position.js';

type Place = [revision: number, position: number];

/** Checks and stores appends within a transaction that the caller opens and commits. */
export class LogWriter {
  readonly #last;
  readonly #find;
  readonly #idsFrom;
  readonly #insert;

  constructor(connection: Database.Database) {
    this.#last = connection
      .prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1')
      .raw();
    // The plus keeps SQLite from walking through the whole stream, in its order, to find an id that is mostly new.
    this.#find = connection
      .prepare(
        'SELECT max(revision), position FROM events WHERE id = ? AND +stream = ? HAVING max(revision) IS NOT NULL',
      )
      .raw();
    this.#idsFrom = connection
      .prepare('SELECT id, position FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?')
      .raw();
    this.#insert = connection.prepare(
      'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  /**
   * Stores the events, or finds that they are already stored.
   * @throws WrongExpectedRevision before anything is written.
   */
  append(stream: string, events: readonly CheckedEvent[], expected: ExpectedRevision): AppendResult {
    const last = this.#lastRevision(stream);
    const repeated = this.#repeated(stream, events, expected, last);
    if (repeated)
      return { nextExpectedRevision: repeated[0], position: positionOf(repeated[1]), isRepeated: true };
    return this.#store(stream, events, last + 1);
  }

  /** The place of the last event if the append is a duplicate; undefined if the events are new. */
  #repeated(
    stream: string,
    events: readonly CheckedEvent[],
    expected: ExpectedRevision,
    last: number,
  ): Place | undefined {
    const refused = () => new WrongExpectedRevision(stream, expected, last < 0 ? 'no-stream' : last);
    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists' && last < 0) throw refused();
      return this.#repeatedAnywhere(stream, events, refused);
    }
    const first = expected === 'no-stream' ? 0 : expected + 1;
    if (first === last + 1) return undefined;
    const stored = this.#idsFrom.all(stream, first, events.length) as [id: string, position: number][];
    let place: Place | undefined;
    for (const [index, event] of events.entries()) {
      const [id, position] = stored[index] ?? [];
      if (id !== event.id || position === undefined) throw refused();
      place = [first + index, position];
    }
    return place;
  }

  /** Without an expected revision, the first id shows a duplicate; then the other events must be there too. */
  #repeatedAnywhere(
    stream: string,
    events: readonly CheckedEvent[],
    refused: () => WrongExpectedRevision,
  ): Place | undefined {
    let place: Place | undefined;
    for (const [index, event] of events.entries()) {
      const found = this.#find.get(event.id, stream) as Place | undefined;
      if (!found && index === 0) return undefined;
      if (!found) throw refused();
      place = found;
    }
    return place;
  }

  #store(stream: string, events: readonly CheckedEvent[], first: number): AppendResult {
    const positions = events.map(({ id, type, data, metadata }, index) => {
      const { lastInsertRowid } = this.#insert.run(stream, first + index, id, type, data, metadata);
      return positionOf(Number(lastInsertRowid));
    });
    return {
      nextExpectedRevision: first + events.length - 1,
      position: positions.at(-1) ?? '',
      positions,
    };
  }

  #lastRevision(stream: string): number {
    const row = this.#last.get(stream) as [revision: number] | undefined;
    return row?.[0] ?? -1;
  }
}
