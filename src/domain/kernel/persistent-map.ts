/**
 * An immutable map. A change returns another map that shares all but one bucket, so an event costs the same whether a state
 * holds ten entries or ten thousand. Plain JSON.
 */
export interface PersistentMap<V> {
  readonly size: number;
  /** A power of two; the bucket of a key follows from its hash. */
  readonly buckets: readonly Bucket<V>[];
}

type Bucket<V> = readonly (readonly [key: string, value: V])[];

// A bucket this small is cheap to copy; beyond it the number of buckets doubles.
const BUCKET = 16;

export const EMPTY: PersistentMap<never> = { size: 0, buckets: [[]] };

/** The value of a key; undefined if there is none. */
export const get = <V>({ buckets }: PersistentMap<V>, key: string): V | undefined =>
  buckets[placeOf(key, buckets.length)]?.find(([known]) => known === key)?.[1];

/** The map with this value for the key. */
export const set = <V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> => {
  const { size, buckets } = map;
  const place = placeOf(key, buckets.length);
  const bucket = buckets[place] ?? [];
  const index = bucket.findIndex(([known]) => known === key);
  if (index !== -1) return { size, buckets: buckets.with(place, bucket.with(index, [key, value])) };
  const after = { size: size + 1, buckets: buckets.with(place, [...bucket, [key, value] as const]) };
  return after.size > BUCKET * buckets.length ? spread(after, buckets.length * 2) : after;
};

/** The map without the key; the same map if it has none. */
export const remove = <V>(map: PersistentMap<V>, key: string): PersistentMap<V> => {
  const { size, buckets } = map;
  const place = placeOf(key, buckets.length);
  const bucket = buckets[place] ?? [];
  const rest = bucket.filter(([known]) => known !== key);
  return rest.length === bucket.length ? map : { size: size - 1, buckets: buckets.with(place, rest) };
};

/** Keys and values: a small map keeps insertion order, a large one has no order. */
export const entries = <V>({ buckets }: PersistentMap<V>): readonly (readonly [string, V])[] =>
  buckets.length === 1 ? (buckets[0] ?? []) : buckets.flat();

/** The values, in the order of `entries`. */
export const values = <V>(map: PersistentMap<V>): readonly V[] => entries(map).map(([, value]) => value);

/** Only these entries; the same map if all of them stay. */
export const filter = <V>(
  map: PersistentMap<V>,
  keep: (value: V, key: string) => boolean,
): PersistentMap<V> => {
  const buckets = map.buckets.map((bucket) => bucket.filter(([key, value]) => keep(value, key)));
  const size = buckets.reduce((sum, bucket) => sum + bucket.length, 0);
  return size === map.size ? map : { size, buckets };
};

/** The map without the older half of the entries that have an age (sortable text); entries without an age stay. */
export const withoutOlderHalf = <V>(
  map: PersistentMap<V>,
  ageOf: (value: V, key: string) => string | undefined,
): PersistentMap<V> => {
  const ages = entries(map)
    .flatMap(([key, value]) => ageOf(value, key) ?? [])
    .sort();
  const middle = ages[ages.length >> 1] ?? '';
  return filter(map, (value, key) => (ageOf(value, key) ?? '~') > middle);
};

const spread = <V>({ size, buckets }: PersistentMap<V>, count: number): PersistentMap<V> => {
  const wider: (readonly [string, V])[][] = Array.from({ length: count }, () => []);
  for (const bucket of buckets) for (const entry of bucket) wider[placeOf(entry[0], count)]?.push(entry);
  return { size, buckets: wider };
};

/** FNV-1a: its low bits are mixed well enough. */
const placeOf = (key: string, count: number): number => {
  if (count === 1) return 0;
  let hash = 0x811c9dc5;
  for (let n = 0; n < key.length; n += 1) hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
  return (hash ^ (hash >>> 15)) & (count - 1);
};
