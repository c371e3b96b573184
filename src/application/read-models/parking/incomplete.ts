import type { ParkedDocument } from './parked-documents.js';

/** Said of an answer that depends on documents which are parked: these are as they were before the event that parked them, or missing. */
export interface Incomplete {
  /** How many documents of the read models asked are parked; GET /v1/parked lists them. */
  readonly parked: number;
}

/** What an answer from these read models says of its own completeness; nothing while none of their documents is parked. */
export function incompleteness(
  projections: { parked(name: string): readonly ParkedDocument[] },
  names: readonly string[],
): { readonly incomplete?: Incomplete } {
  const parked = names.reduce((sum, name) => sum + projections.parked(name).length, 0);
  return parked > 0 ? { incomplete: { parked } } : {};
}
