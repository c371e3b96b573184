import type { ListedPage } from '../../application/audit/registry/list-documents.js';
import type { Document } from '../../application/ports/document-store.js';
import type { Incomplete } from '../../application/read-models/parking/incomplete.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null on the last. */
  readonly next: string | null;
}

/** A document as a list shows it. */
export type Listed<D extends Document> = Omit<D, 'id' | 'position' | 'state'> & {
  /** It is parked: it shows the state before the event that parked it. */
  readonly stale?: true;
};

/** One page of the documents of a read model. */
export interface ListAnswer<D extends Document> extends Page<Listed<D>> {
  readonly incomplete?: Incomplete;
}

type Stateful = Document & { readonly state?: unknown };

/** A document without what only the read model needs. */
export const listed = <D extends Stateful>({ id: _, position: __, state: ___, ...shown }: D): Listed<D> =>
  shown;

/** A page of documents as it is answered. */
export const listAnswer = <D extends Stateful>({
  documents,
  next,
  incomplete,
  stale,
}: ListedPage<D>): ListAnswer<D> => ({
  items: documents.map((document) =>
    stale.has(document.id) ? { ...listed(document), stale: true } : listed(document),
  ),
  next: next ?? null,
  ...(incomplete ? { incomplete } : {}),
});

/** A page of a short list that is in memory, ordered by a key of its items. The cursor is the key of the last item. */
export const pageOf = <T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Page<T> => {
  const rest = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, limit);
  return {
    items: page.map(({ item }) => item),
    next: rest.length > limit ? (page.at(-1)?.key ?? null) : null,
  };
};
