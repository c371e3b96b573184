import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { MAX_COMPARISON_READS, MAX_COMPARISON_WAITS, MAX_DIFFERING_FIELDS } from '../../../domain/bounds.js';
import type { Collection, Document, DocumentStore } from '../../ports/document-store.js';

/** One field that differs; `path` leads to it, as in `state.noticed.expiring`. */
interface FieldDifference {
  readonly path: string;
  readonly live?: unknown;
  readonly rebuilt?: unknown;
}

/** One document that differs. */
export interface Difference {
  readonly id: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly fields: readonly FieldDifference[];
}

/** What a swap would change. */
export interface Comparison {
  readonly same: number;
  /** Only in the rebuilt documents. */
  readonly added: number;
  readonly changed: number;
  /** Only in the live documents. */
  readonly removed: number;
  /** The first differences of each kind. */
  readonly samples: readonly Difference[];
  /** SHA-256 over all documents in the order of their ids. */
  readonly hashes: { readonly live: string; readonly rebuilt: string };
}

/**
 * Compares two sets of documents by walking both in the order of their ids, in constant memory. Both may follow the log meanwhile.
 * @param samples how many differences of each kind are returned.
 */
export const compare = (
  store: DocumentStore,
  live: Collection,
  rebuilt: Collection,
  samples: number,
): Promise<Comparison> =>
  compareAcross({ store, collection: live }, { store, collection: rebuilt }, samples, () =>
    setTimeout(PAUSE_MS),
  );

/** How long a document that differs is left alone before it is read again, in milliseconds. */
const PAUSE_MS = 50;

/** The documents of one side. */
interface Documents {
  readonly store: DocumentStore;
  readonly collection: Collection;
}

/** One document of both sides; undefined on a side that does not have it. */
interface Pair {
  readonly live: Document | undefined;
  readonly rebuilt: Document | undefined;
}

/**
 * As `compare`, for documents in two stores. While events arrive, the two sides have folded different events at most moments. A document
 * that differs is therefore read again on both sides, until it is the same, or differs after the same event, or a bound is reached.
 * @param wait before a document is read again: lets the side that is behind fold more events.
 */
export async function compareAcross(
  live: Documents,
  rebuilt: Documents,
  samples: number,
  wait: () => Promise<void>,
): Promise<Comparison> {
  const tally = new Tally(samples);
  const left = new Walk(live.store.stream<Document>(live.collection));
  const right = new Walk(rebuilt.store.stream<Document>(rebuilt.collection));
  let [waits, reads] = [MAX_COMPARISON_WAITS, MAX_COMPARISON_READS];
  const settled = async (id: string, seen: Pair): Promise<Pair> => {
    let pair = seen;
    for (let isFirst = true; isInMotion(pair) && waits > 0 && reads > 0; isFirst = false) {
      if (!isFirst) {
        waits -= 1;
        await wait();
      }
      reads -= 1;
      pair = { live: await one(live, id), rebuilt: await one(rebuilt, id) };
    }
    return pair;
  };
  await Promise.all([left.step(), right.step()]);
  for (let first = firstOf(left, right); first; first = firstOf(left, right)) {
    const pair = { live: left.at(first), rebuilt: right.at(first) };
    tally.add(await settled(first.id, pair));
    if (pair.live) await left.step();
    if (pair.rebuilt) await right.step();
  }
  return tally.result();
}

const one = async ({ store, collection }: Documents, id: string): Promise<Document | undefined> =>
  (await store.get<Document>(collection, [id])).get(id);

/** Whether the two sides may become the same: they have not folded the same last event of the document. */
const isInMotion = ({ live, rebuilt }: Pair): boolean => live?.position !== rebuilt?.position;

/** Fields that differ between two JSON values. */
const differingFields = (live: unknown, rebuilt: unknown, path = ''): readonly FieldDifference[] => {
  if (Object.is(live, rebuilt)) return [];
  if (!isObject(live) || !isObject(rebuilt) || Array.isArray(live) !== Array.isArray(rebuilt))
    return [{ path, live, rebuilt }];
  const names = [...new Set([...Object.keys(live), ...Object.keys(rebuilt)])];
  return names.flatMap((name) =>
    differingFields(live[name], rebuilt[name], path === '' ? name : `${path}.${name}`),
  );
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The document that comes first, by the bytes of the ids, like the stores. */
const firstOf = ({ current: a }: Walk, { current: b }: Walk): Document | undefined => {
  if (!a || !b) return a ?? b;
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) <= 0 ? a : b;
};

/** Walks one side, a document at a time. */
class Walk {
  readonly #documents: AsyncIterator<Document>;
  current: Document | undefined;

  constructor(documents: AsyncIterable<Document>) {
    this.#documents = documents[Symbol.asyncIterator]();
  }

  async step(): Promise<void> {
    const next = await this.#documents.next();
    this.current = next.done ? undefined : next.value;
  }

  /** The current document, if it has the same id. */
  at({ id }: Document): Document | undefined {
    return this.current?.id === id ? this.current : undefined;
  }
}

class Tally {
  readonly #counts = { same: 0, added: 0, changed: 0, removed: 0 };
  readonly #samples: Difference[] = [];
  readonly #live = createHash('sha256');
  readonly #rebuilt = createHash('sha256');

  constructor(private readonly most: number) {}

  add({ live, rebuilt }: Pair): void {
    const texts = { live: JSON.stringify(live), rebuilt: JSON.stringify(rebuilt) };
    if (live) this.#live.update(texts.live);
    if (rebuilt) this.#rebuilt.update(texts.rebuilt);
    if (texts.live === texts.rebuilt) {
      // One that was removed on both sides since the walk has no text.
      if (live) this.#counts.same += 1;
      return;
    }
    const kind = live ? (rebuilt ? 'changed' : 'removed') : 'added';
    this.#counts[kind] += 1;
    if (this.#counts[kind] > this.most) return;
    const fields = differingFields(live ?? {}, rebuilt ?? {}).slice(0, MAX_DIFFERING_FIELDS);
    this.#samples.push({ id: (live ?? rebuilt)?.id ?? '', kind, fields });
  }

  result(): Comparison {
    const hashes = { live: this.#live.digest('hex'), rebuilt: this.#rebuilt.digest('hex') };
    return { ...this.#counts, samples: this.#samples, hashes };
  }
}
