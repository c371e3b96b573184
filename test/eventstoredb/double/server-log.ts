import { EventEmitter } from 'node:events';

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
  /** Commit and prepare are one here, as on a real server. */
  readonly position: number;
}

export type Expected = number | 'no_stream' | 'any' | 'stream_exists';

export type Appended =
  | { readonly ok: true; readonly revision: number; readonly position: number }
  | { readonly ok: false; readonly actual: number | 'no_stream' }
  | 'deleted'
  | 'too-large';

const MAX_APPEND = 1024 * 1024;

interface Stream {
  readonly events: Kept[];
  tombstoned: boolean;
  /** Events before are no longer read. */
  from: number;
  maxCount: number;
}

/** What a server of EventStoreDB keeps, and how it answers an append: as a real 23.10.8 was seen to. */
export class ServerLog {
  readonly all: Kept[] = [];
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, Stream>();

  constructor() {
    // A real one has events of its own before the first of anybody else's.
    const data = Buffer.from('{}');
    const own = { type: '$UserCreated', contentType: 'application/json', data, metadata: new Uint8Array() };
    this.append('$users', [{ ...own, id: '00000000-0000-4000-8000-000000000001' }], 'any');
  }

  append(name: string, events: readonly Proposed[], expected: Expected): Appended {
    const stream = this.#stream(name);
    if (stream.tombstoned) return 'deleted';
    const size = events.reduce((n, e) => n + e.data.length + e.metadata.length + 2 * e.type.length, 0);
    if (size > MAX_APPEND) return 'too-large';
    const last = stream.events.length - 1;
    if (events.length === 0) return { ok: true, revision: 0, position: this.all.at(-1)?.position ?? 0 };
    const repeated = this.#repeated(stream, events, expected);
    if (repeated) return { ok: true, revision: repeated.revision, position: repeated.position };
    const isEmpty = last < stream.from;
    const fits =
      expected === 'any'
        ? !stream.events.some(({ id }) => id === events[0]?.id)
        : expected === 'no_stream'
          ? isEmpty
          : expected === 'stream_exists'
            ? !isEmpty
            : expected === last;
    if (!fits) return { ok: false, actual: last < 0 ? 'no_stream' : last };
    for (const event of events) {
      const position = (this.all.at(-1)?.position ?? 0) + 100 + event.data.length;
      const kept = { ...event, id: event.id.toLowerCase(), stream: name, position };
      stream.events.push({ ...kept, revision: stream.events.length });
      this.all.push(stream.events.at(-1) as Kept);
    }
    if (name.startsWith('$$')) this.#configure(name.slice(2), events.at(-1) as Proposed);
    this.changes.emit('change');
    const { revision, position } = stream.events.at(-1) as Kept;
    return { ok: true, revision, position };
  }

  /** The readable events of a stream; undefined when there is none, `deleted` when it may never be again. */
  read(name: string): readonly Kept[] | 'deleted' | undefined {
    const stream = this.#streams.get(name);
    if (!stream || stream.events.length === 0) return undefined;
    if (stream.tombstoned) return 'deleted';
    const from = Math.max(stream.from, stream.events.length - stream.maxCount);
    const events = stream.events.slice(from);
    return events.length > 0 ? events : undefined;
  }

  /** The index of the first event at a position, or behind it. */
  firstAt(position: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  delete(name: string): void {
    const stream = this.#stream(name);
    stream.from = stream.events.length;
  }

  tombstone(name: string): void {
    this.#stream(name).tombstoned = true;
  }

  /** The last event of an append that is here already: the same ids at the place that is meant. */
  #repeated({ events: kept }: Stream, events: readonly Proposed[], expected: Expected): Kept | undefined {
    const first =
      expected === 'no_stream'
        ? 0
        : typeof expected === 'number'
          ? expected + 1
          : kept.findIndex(({ id }) => id === events[0]?.id.toLowerCase());
    if (first < 0) return undefined;
    const same = events.every(({ id }, n) => kept[first + n]?.id === id.toLowerCase());
    return same ? kept[first + events.length - 1] : undefined;
  }

  #configure(name: string, { data }: Proposed): void {
    this.#stream(name).maxCount =
      JSON.parse(Buffer.from(data).toString()).$maxCount ?? Number.POSITIVE_INFINITY;
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name);
    if (known) return known;
    const made = { events: [], tombstoned: false, from: 0, maxCount: Number.POSITIVE_INFINITY };
    this.#streams.set(name, made);
    return made;
  }
}
