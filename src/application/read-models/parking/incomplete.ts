import type { ParkedDocument } from './parked-documents.js';

/** Marks an answer that depends on parked documents: they are outdated, or missing. */
export interface Incomplete {
  /** The number of parked documents in the queried read models; GET /v1/parked lists them. */
  readonly parked: number;
}

/** The completeness mark for answers from these read models; empty while none of their documents is parked. */
export function incompleteness(
  projections: { parked(name: string): readonly ParkedDocument[] },
  names: readonly string[],
): { readonly incomplete?: Incomplete } {
  const parked = names.reduce((sum, name) => sum + projections.parked(name).length, 0);
  return parked > 0 ? { incomplete: { parked } } : {};
}
