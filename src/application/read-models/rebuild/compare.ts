import { createHash } from 'node:crypto';
import { MAX_DIFFERING_FIELDS } from '../../../domain/bounds.js';
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
 * Compares two sets of documents by walking both in the order of their ids, in constant memory.
 * @param samples how many differences of each kind are returned.
 */
export const compare = (
  store: DocumentStore,
  live: Collection,
  rebuilt: Collection,
  samples: number,
): Promise<Comparison> => compareAcross({ store, collection: live }, { store, collection: rebuilt }, samples);

/** The documents of one side. */
interface Documents {
  readonly store: DocumentStore;
  readonly collection: Collection;
}

/** As `compare`, for documents in two stores. */
export async function compareAcross(
  live: Documents,
  rebuilt: Documents,
  samples: number,
): Promise<Comparison> {
  const tally = new Tally(samples);
  const left = new Walk(live.store.stream<Document>(live.collection));
  const right = new Walk(rebuilt.store.stream<Document>(rebuilt.collection));
  await Promise.all([left.step(), right.step()]);
  while (left.current || right.current) {
    const order = orderOf(left.current, right.current);
    tally.add(order <= 0 ? left.current : undefined, order >= 0 ? right.current : undefined);
    if (order <= 0) await left.step();
    if (order >= 0) await right.step();
  }
  return tally.result(left.hash(), right.hash());
}

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

/** Orders ids by their bytes, like the stores. */
const orderOf = (a: Document | undefined, b: Document | undefined): number => {
  if (!a) return 1;
  if (!b) return -1;
  return a.id === b.id ? 0 : Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
};

/** Walks one side, a document at a time. */
class Walk {
  readonly #hash = createHash('sha256');
  readonly #documents: AsyncIterator<Document>;
  current: Document | undefined;

  constructor(documents: AsyncIterable<Document>) {
    this.#documents = documents[Symbol.asyncIterator]();
  }

  async step(): Promise<void> {
    const next = await this.#documents.next();
    this.current = next.done ? undefined : next.value;
    if (this.current) this.#hash.update(JSON.stringify(this.current));
  }

  hash(): string {
    return this.#hash.digest('hex');
  }
}

class Tally {
  readonly #counts = { same: 0, added: 0, changed: 0, removed: 0 };
  readonly #samples: Difference[] = [];

  constructor(private readonly most: number) {}

  add(live: Document | undefined, rebuilt: Document | undefined): void {
    if (live && rebuilt && JSON.stringify(live) === JSON.stringify(rebuilt)) {
      this.#counts.same += 1;
      return;
    }
    const kind = live ? (rebuilt ? 'changed' : 'removed') : 'added';
    this.#counts[kind] += 1;
    if (this.#counts[kind] > this.most) return;
    const fields = differingFields(live ?? {}, rebuilt ?? {}).slice(0, MAX_DIFFERING_FIELDS);
    this.#samples.push({ id: (live ?? rebuilt)?.id ?? '', kind, fields });
  }

  result(live: string, rebuilt: string): Comparison {
    return { ...this.#counts, samples: this.#samples, hashes: { live, rebuilt } };
  }
}
