import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { PROJECTIONS, projectionNamed } from '../all.js';
import { Projections } from '../engine/projections.js';
import type { ParkedDocument } from '../parking/parked-documents.js';

/** One page of parked documents. */
export interface ParkedPage {
  readonly items: readonly ParkedDocument[];
  /** The cursor of the next page; null on the last. */
  readonly next: string | null;
}

/** Parked documents of one projection, or of all, ordered by projection and document. */
export class ListParked extends Query<ParkedPage> {
  /** @param after the cursor of the page before. */
  constructor(
    readonly limit: number,
    readonly after?: string,
    readonly projection?: string,
  ) {
    super();
  }
}

@QueryHandler(ListParked)
export class ListParkedHandler implements IQueryHandler<ListParked> {
  constructor(private readonly projections: Projections) {}

  /** @throws HeraldError `not-found`. */
  async execute({ limit, after, projection }: ListParked): Promise<ParkedPage> {
    const names =
      projection === undefined ? PROJECTIONS.map(({ name }) => name) : [projectionNamed(projection).name];
    const all = names
      .flatMap((name) => this.projections.parked(name))
      .map((parked) => ({ parked, cursor: cursorOf(parked) }))
      .filter(({ cursor }) => after === undefined || cursor > after)
      .sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
    const page = all.slice(0, limit);
    return {
      items: page.map(({ parked }) => parked),
      next: all.length > limit ? (page.at(-1)?.cursor ?? null) : null,
    };
  }
}

const cursorOf = ({ projection, documentId }: ParkedDocument): string => `${projection}/${documentId}`;
