import { EventEmitter } from 'node:events';
import type { Disk } from './disk.js';
import { frameOf } from './wire-format.js';

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface Kept extends Proposed {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare are one here, as on a real server: an unsigned number of 64 bits. */
  readonly position: bigint;
  /** As it is sent to readers, once it was encoded. */
  frame?: Buffer;
}

export type Expected = number | 'no_stream' | 'any' | 'stream_exists';

export type Appended =
  | { readonly ok: true; readonly revision: number; readonly position: bigint }
  | { readonly ok: false; readonly actual: number | 'no_stream' }
  | 'deleted'
  | 'too-large';

export interface ServerLogOptions {
  /** Where the log begins. Default: 0. */
  readonly firstPosition?: bigint;
  /** The limit of one append, in bytes. Default: 1 MiB, as on 24.10. */
  readonly maxAppend?: number;
  /** Where it is written before an append is answered. Default: nowhere. */
  readonly disk?: Disk | undefined;
}

interface Stream {
  /** In the order of their revisions; scavenged ones are no longer here. */
  events: Kept[];
  /** The revision of the next event. */
  next: number;
  tombstoned: boolean;
  /** Events before are no longer read. */
  from: number;
  maxCount: number;
  /** The revision at which an id is first, as far as the stream was indexed. */
  readonly ids: Map<string, number>;
  indexed: number;
}

/** What a server of EventStoreDB keeps, and how it answers an append: as a real 23.10.8 was seen to. */
export class ServerLog {
  all: Kept[] = [];
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly maxAppend: number;
  readonly #streams = new Map<string, Stream>();
  readonly #disk: Disk | undefined;
  #end: bigint;
  #committed: bigint;
  #written: Promise<void> | undefined;

  constructor({ firstPosition = 0n, maxAppend = 1024 * 1024, disk }: ServerLogOptions = {}) {
    this.#end = firstPosition;
    this.#committed = firstPosition;
    this.maxAppend = maxAppend;
    this.#disk = disk;
    // A real one has events of its own before the first of anybody else's.
    const data = Buffer.from('{}');
    const own = { type: '$UserCreated', contentType: 'application/json', data, metadata: new Uint8Array() };
    this.append('$users', [{ ...own, id: '00000000-0000-4000-8000-000000000001' }], 'any');
  }

  /** Up to where subscribers see it: what is on the disk, if it has one. */
  get committed(): bigint {
    return this.#committed;
  }

  /** Resolves when all that was appended is on the disk; undefined without one. */
  get written(): Promise<void> | undefined {
    return this.#written;
  }

  append(name: string, events: readonly Proposed[], expected: Expected): Appended {
    const stream = this.#stream(name);
    if (stream.tombstoned) return 'deleted';
    const size = events.reduce((n, e) => n + e.data.length + e.metadata.length + 2 * e.type.length, 0);
    if (size > this.maxAppend) return 'too-large';
    const last = stream.next - 1;
    if (events.length === 0) return { ok: true, revision: 0, position: this.#end };
    const repeated = this.#repeated(stream, events, expected);
    if (repeated) return { ok: true, revision: repeated.revision, position: repeated.position };
    const isEmpty = last < stream.from;
    const fits =
      expected === 'any'
        ? firstOf(stream, events[0]?.id ?? '') === undefined
        : expected === 'no_stream'
          ? isEmpty
          : expected === 'stream_exists'
            ? !isEmpty
            : expected === last;
    if (!fits) return { ok: false, actual: last < 0 ? 'no_stream' : last };
    const kept = events.map((event) => this.#keep(name, stream, event));
    if (name.startsWith('$$')) this.#configure(name.slice(2), events.at(-1) as Proposed);
    const { revision, position } = kept.at(-1) as Kept;
    if (this.#disk) this.#written = this.#disk.write(kept.map(frameOf)).then(() => this.#commit(position));
    else this.#commit(position);
    return { ok: true, revision, position };
  }

  /** The readable events of a stream; undefined when there is none, `deleted` when it may never be again. */
  read(name: string): readonly Kept[] | 'deleted' | undefined {
    const stream = this.#streams.get(name);
    if (!stream || stream.next === 0) return undefined;
    if (stream.tombstoned) return 'deleted';
    const from = readableFrom(stream);
    const index = firstAt(stream.events, ({ revision }) => revision >= from);
    const events = index === 0 ? stream.events : stream.events.slice(index);
    return events.length > 0 ? events : undefined;
  }

  /** The index of the first event of the log at a position, or behind it. */
  firstAt(position: bigint): number {
    return firstAt(this.all, (event) => event.position >= position);
  }

  delete(name: string): void {
    const stream = this.#stream(name);
    stream.from = stream.next;
  }

  tombstone(name: string): void {
    this.#stream(name).tombstoned = true;
  }

  /** Removes what is no longer read, but for the last event of a stream: streams and log have gaps then. */
  scavenge(): void {
    const isLeft = (stream: Stream, { revision }: Kept) =>
      revision === stream.next - 1 || (!stream.tombstoned && revision >= readableFrom(stream));
    this.all = this.all.filter((event) => isLeft(this.#stream(event.stream), event));
    for (const stream of this.#streams.values())
      stream.events = stream.events.filter((event) => isLeft(stream, event));
  }

  /** The last event of an append that is here already: the same ids at the place that is meant. */
  #repeated(stream: Stream, events: readonly Proposed[], expected: Expected): Kept | undefined {
    const first =
      expected === 'no_stream'
        ? 0
        : typeof expected === 'number'
          ? expected + 1
          : firstOf(stream, events[0]?.id ?? '');
    if (first === undefined || first >= stream.next) return undefined;
    const same = events.every(({ id }, n) => eventAt(stream, first + n)?.id === id.toLowerCase());
    return same ? eventAt(stream, first + events.length - 1) : undefined;
  }

  #commit(position: bigint): void {
    if (position > this.#committed) this.#committed = position;
    this.changes.emit('change');
  }

  #keep(name: string, stream: Stream, event: Proposed): Kept {
    this.#end += BigInt(100 + event.data.length);
    const { next: revision } = stream;
    stream.next += 1;
    const kept: Kept = {
      id: event.id.toLowerCase(),
      type: event.type,
      contentType: event.contentType,
      data: event.data,
      metadata: event.metadata,
      stream: name,
      revision,
      position: this.#end,
    };
    stream.events.push(kept);
    this.all.push(kept);
    return kept;
  }

  #configure(name: string, { data }: Proposed): void {
    this.#stream(name).maxCount =
      JSON.parse(Buffer.from(data).toString()).$maxCount ?? Number.POSITIVE_INFINITY;
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name);
    if (known) return known;
    const limits = { from: 0, maxCount: Number.POSITIVE_INFINITY, tombstoned: false };
    const made: Stream = { events: [], next: 0, ...limits, ids: new Map(), indexed: 0 };
    this.#streams.set(name, made);
    return made;
  }
}

/** The index of the first item for which it is so; for all behind it, it is so too. */
export function firstAt<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const readableFrom = ({ from, next, maxCount }: Stream): number => Math.max(from, next - maxCount);

const eventAt = ({ events }: Stream, revision: number): Kept | undefined => {
  const event = events[firstAt(events, (one) => one.revision >= revision)];
  return event?.revision === revision ? event : undefined;
};

/** The revision at which an id is first in a stream; streams to which nobody appends at any revision are not indexed. */
function firstOf(stream: Stream, id: string): number | undefined {
  for (; stream.indexed < stream.events.length; stream.indexed += 1) {
    const event = stream.events[stream.indexed] as Kept;
    if (!stream.ids.has(event.id)) stream.ids.set(event.id, event.revision);
  }
  return stream.ids.get(id.toLowerCase());
}
