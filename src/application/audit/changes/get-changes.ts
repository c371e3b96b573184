import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { streamOf } from '../../aggregates/streams.js';
import { EventStore, type StoredEvent } from '../../ports/event-store.js';
import { decodeCursor, encodeCursor } from '../../schemas/opaque-cursor.js';
import { notFound } from '../not-found.js';
import { type Change, changeOf } from './change.js';
import { CHANGED, type ChangedKind } from './changed-kinds.js';
import { ChangesInScope } from './changes-in-scope.js';

/** One page of the changes of something, the newest first. */
export interface Changes {
  readonly items: readonly Change[];
  /** The cursor of the page with the older ones; null on the last. */
  readonly next: string | null;
}

export interface ChangesPage {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Every event of a social account, a partner, an approval queue or a solution: who caused it, when, and what it says. */
export class GetChanges extends Query<Changes> {
  /** @param id the account, the partner, the partner of the queue, or the solution. */
  constructor(
    readonly scope: Scope,
    readonly kind: ChangedKind,
    readonly id: string,
    readonly page: ChangesPage,
  ) {
    super();
  }
}

@QueryHandler(GetChanges)
export class GetChangesHandler implements IQueryHandler<GetChanges> {
  constructor(
    private readonly log: EventStore,
    private readonly inScope: ChangesInScope,
  ) {}

  /** @throws HeraldError `not-found`, also for what the scope does not cover; `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, kind, id, page: { limit, after } }: GetChanges): Promise<Changes> {
    const { category, name, list } = CHANGED[kind];
    const last = after === undefined ? undefined : revisionOf(after, kind, id);
    const found: StoredEvent[] = [];
    const isCovered = await this.inScope.covers(scope, kind, id);
    if (isCovered)
      for await (const event of this.log.readStream(streamOf(category, id), {
        direction: 'backwards',
        maxCount: limit + 1,
        ...(last === undefined ? {} : { fromRevision: last }),
      }))
        found.push(event);
    if (found.length === 0 && !(isCovered && (await this.inScope.mayBeEmpty(kind, id))))
      throw notFound(`There is no ${name} ${id}.`, `GET /v1/${list} for the known ones`);
    const older = found[limit];
    const shown = await this.inScope.shown(scope, found.slice(0, limit));
    return { items: shown.map(changeOf), next: older ? cursorOf(kind, id, older.revision) : null };
  }
}

const cursorOf = (kind: ChangedKind, id: string, revision: number): string =>
  encodeCursor(kind, id, revision);

/** @throws HeraldError `invalid-cursor`. */
const revisionOf = (cursor: string, kind: ChangedKind, id: string): number => {
  const isRevision = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  const revision = decodeCursor(
    cursor,
    ([ofKind, ofId, place]) => (ofKind === kind && ofId === id && isRevision(place) ? place : undefined),
    (place) => cursorOf(kind, id, place),
  );
  if (revision !== undefined) return revision;
  throw new HeraldError(
    'invalid-cursor',
    'The cursor does not belong to this history: start again without it, or use `next` of the page before.',
    'after',
  );
};
