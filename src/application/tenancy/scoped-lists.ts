import { Injectable } from '@nestjs/common';
import type { Bound, Scope } from '../../domain/access/scope.js';
import { MAX_MATCHES_IN_SCOPE, MAX_PARTNERS_PER_PAGE } from '../../domain/bounds.js';
import type { Count, CountQuery, DistinctQuery, Document, Page, Query } from '../ports/document-store.js';
import type { Projection } from '../ports/projection.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { cursorOf, type PartnerPlace, placeOf } from './partner-cursor.js';
import { PartnersInScope } from './partners-in-scope.js';

/** How many documents, or partners, are read at once. */
const PAGE = 500;
const PARTNERS = 50;

type OfPartner = Document & { readonly partnerId?: string | undefined };

/** Lists of documents that leave out what a scope does not cover. */
@Injectable()
export class ScopedLists {
  constructor(
    private readonly readModels: ReadModels,
    private readonly partners: PartnersInScope,
  ) {}

  /**
   * A page of documents that name their solution.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`, `read-models-rebuilding`.
   */
  async bySolution<D extends Document>(
    projection: Projection<D>,
    scope: Scope,
    query: Query,
  ): Promise<Page<D>> {
    return this.readModels.find(projection, withinSolutions(scope, query));
  }

  /**
   * How many documents that name their solution there are for each combination of values.
   * @throws HeraldError `field-not-indexed`, `read-models-rebuilding`.
   */
  countBySolution(
    projection: Projection<Document>,
    scope: Scope,
    query: CountQuery,
  ): Promise<readonly Count[]> {
    return this.readModels.count(projection, withinSolutions(scope, query));
  }

  /**
   * The distinct texts of a field among the documents that name their solution. The projection has an index of `solutionId` and the
   * field.
   * @throws HeraldError `field-not-indexed`, `read-models-rebuilding`.
   */
  async distinctBySolution(
    projection: Projection<Document>,
    scope: Scope,
    query: Omit<DistinctQuery, 'where'>,
  ): Promise<readonly string[]> {
    if (scope === 'all') return this.readModels.distinct(projection, query);
    const found = new Set<string>();
    for (const solutionId of scope) {
      for (const text of await this.readModels.distinct(projection, { ...query, where: { solutionId } }))
        found.add(text);
      if (found.size >= query.limit) break;
    }
    return [...found].slice(0, query.limit);
  }

  /**
   * A page of documents that name their partner, which may move to another solution: for a bound scope they are read partner by
   * partner, in the order of the partners' ids. Then a page may have fewer documents than the limit, and `next`, too.
   * @param narrow fields whose values few documents have. If the query names one, only the partners of these documents are read.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`, `read-models-rebuilding`.
   */
  async byPartner<D extends OfPartner>(
    projection: Projection<D>,
    scope: Scope,
    query: Query,
    narrow: readonly string[],
  ): Promise<Page<D>> {
    if (scope === 'all') return this.readModels.find(projection, query);
    const { after, where = {}, limit } = query;
    const start = after === undefined ? undefined : placeOf(after);
    const documents: D[] = [];
    let place: PartnerPlace | undefined;
    let read = 0;
    for await (const partnerId of this.#partners(projection, scope, where, narrow, start)) {
      if (documents.length >= limit || read >= MAX_PARTNERS_PER_PAGE)
        return { documents, next: cursorOf(place as PartnerPlace) };
      const within = partnerId === start?.partnerId ? start.within : undefined;
      const page = await this.readModels.find(projection, {
        ...query,
        where: { ...where, partnerId },
        limit: limit - documents.length,
        after: within,
      });
      documents.push(...page.documents);
      read += 1;
      if (page.next) return { documents, next: cursorOf({ partnerId, within: page.next }) };
      place = { partnerId };
    }
    return { documents };
  }

  /**
   * Those among the documents of a query, over all pages, whose partner the scope covers; of the first
   * `MAX_MATCHES_IN_SCOPE` only.
   */
  async *matches<D extends OfPartner>(
    projection: Projection<D>,
    scope: Scope,
    query: Pick<Query, 'where'>,
  ): AsyncGenerator<D, void, undefined> {
    let after: string | undefined;
    for (let read = 0; read < MAX_MATCHES_IN_SCOPE; read += PAGE) {
      const page: Page<D> = await this.readModels.find(projection, { ...query, limit: PAGE, after });
      const ids = page.documents.flatMap(({ partnerId }) => partnerId ?? []);
      const covered = await this.partners.among(scope, ids);
      yield* page.documents.filter(
        ({ partnerId }) => scope === 'all' || (partnerId !== undefined && covered.has(partnerId)),
      );
      after = page.next;
      if (after === undefined) return;
    }
  }

  /** The covered partners to read from a place on, in the order of their ids. */
  async *#partners<D extends OfPartner>(
    projection: Projection<D>,
    scope: Bound,
    where: NonNullable<Query['where']>,
    narrow: readonly string[],
    start: PartnerPlace | undefined,
  ): AsyncGenerator<string> {
    const isLeft = (partnerId: string) =>
      start === undefined || partnerId > start.partnerId || isWithin(partnerId, start);
    if (typeof where.partnerId === 'string') {
      const { partnerId } = where;
      if (isLeft(partnerId) && (await this.partners.covers(scope, partnerId))) yield partnerId;
      return;
    }
    const field = narrow.find((one) => Object.hasOwn(where, one));
    if (field !== undefined) {
      const found = new Set<string>();
      const only = { where: { [field]: where[field] as string } };
      for await (const { partnerId } of this.matches(projection, scope, only))
        if (partnerId !== undefined) found.add(partnerId);
      yield* [...found].filter(isLeft).sort();
      return;
    }
    if (start?.within !== undefined && (await this.partners.covers(scope, start.partnerId)))
      yield start.partnerId;
    let after = start?.partnerId;
    for (;;) {
      const some = await this.partners.next(scope, after, PARTNERS);
      yield* some;
      if (some.length < PARTNERS) return;
      after = some.at(-1);
    }
  }
}

const withinSolutions = <Q extends Pick<Query, 'where'>>(scope: Scope, query: Q): Q => {
  if (scope === 'all') return query;
  const wanted = query.where?.solutionId;
  const solutionId = wanted === undefined ? scope : scope.filter((one) => one === wanted);
  return { ...query, where: { ...query.where, solutionId } };
};

const isWithin = (partnerId: string, place: PartnerPlace): boolean =>
  place.within !== undefined && partnerId === place.partnerId;
