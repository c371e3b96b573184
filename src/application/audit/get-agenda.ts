import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { covers, type Scope } from '../../domain/access/scope.js';
import { MAX_AGENDA_ITEMS } from '../../domain/bounds.js';
import { type CivilDate, dateIn, timeIn } from '../../domain/calendar/calendar.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { DIGEST } from '../../domain/rules/notifications.js';
import { digestsByPerson } from '../../domain/rules/shared/digest-rhythm.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { withRests } from '../concurrency/with-rests.js';
import { DecisionFacts, type FactsAsOf } from '../decisions/decision-facts.js';
import { Clock } from '../ports/clock.js';
import type { Query as DocumentQuery, Page } from '../ports/document-store.js';
import { type AgendaDocument, agenda } from '../read-models/agenda/agenda.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import type { Occurrence } from '../read-models/history/occurrence.js';
import type { Incomplete } from '../read-models/parking/incomplete.js';
import { type PartnerDocument, partners } from '../read-models/partners/partners.js';
import { IncompleteInScope } from '../tenancy/incomplete-in-scope.js';
import { PartnersInScope } from '../tenancy/partners-in-scope.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';

/** Something that happens at a known moment, as far as is known now. */
export interface AgendaItem {
  readonly at: Instant;
  /** The same moment on the wall clock of its partner; absent while its zone is not known. */
  readonly local?: { readonly date: CivilDate; readonly time: string; readonly zone: string };
  /** A rule is decided, a mail is sent or retried, or the clock records that time passed. */
  readonly what: 'decision' | 'delivery' | 'notice';
  readonly rule?: RuleId | undefined;
  readonly solutionId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly userId?: string | undefined;
  readonly notificationId?: string | undefined;
}

export interface AgendaPage {
  readonly now: Instant;
  readonly until: Instant;
  /** By time. The next page may have moments before the last ones of this page: pages follow the first moment of each entry. */
  readonly items: readonly AgendaItem[];
  /** Entries of this page that were left out because the answer would have too many items. */
  readonly leftOut?: number;
  /** The cursor of the next page; null on the last. */
  readonly next: string | null;
  readonly incomplete?: Incomplete;
}

/** Which part of the agenda; all filters must match. */
export interface AgendaQuery {
  /** How many days to look ahead. */
  readonly days: number;
  readonly partnerId?: string | undefined;
  readonly solutionId?: string | undefined;
  /** How many entries to read; each may have several items. */
  readonly limit: number;
  readonly after?: string | undefined;
}

/** What is planned for the next days. */
export class GetAgenda extends Query<AgendaPage> {
  constructor(
    readonly scope: Scope,
    readonly query: AgendaQuery,
  ) {
    super();
  }
}

@QueryHandler(GetAgenda)
export class GetAgendaHandler implements IQueryHandler<GetAgenda> {
  constructor(
    private readonly lists: ScopedLists,
    private readonly readModels: ReadModels,
    private readonly partners: PartnersInScope,
    private readonly incomplete: IncompleteInScope,
    private readonly facts: DecisionFacts,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `invalid-cursor`, `read-models-rebuilding`. */
  async execute({ scope, query }: GetAgenda): Promise<AgendaPage> {
    const now = this.clock.now();
    const until = plus(now, query.days * DAY);
    const { documents, next } = await this.#page(scope, query, until);
    // Many partners share a solution.
    const facts = this.facts.asOf();
    const items: AgendaItem[] = [];
    let looked = 0;
    for (const document of documents) {
      if (items.length >= MAX_AGENDA_ITEMS) break;
      looked += 1;
      for await (const occurrence of occurrences(document, facts))
        if (occurrence.at < until && items.length < MAX_AGENDA_ITEMS)
          items.push(itemOf(document, occurrence));
    }
    const leftOut = documents.length - looked;
    const note = await this.incomplete.of(scope, [agenda.name]);
    return {
      now,
      until,
      items: await this.#withLocalTimes(
        scope,
        items.sort((a, b) => (a.at < b.at ? -1 : 1)),
      ),
      next: next ?? null,
      ...(leftOut > 0 ? { leftOut } : {}),
      ...note,
    };
  }

  /** One page, by an index on what is asked for. */
  async #page(scope: Scope, query: AgendaQuery, until: Instant): Promise<Page<AgendaDocument>> {
    const { partnerId, solutionId, limit, after } = query;
    const planned: DocumentQuery = {
      where: solutionId === undefined ? {} : { solutionId },
      range: { dueAt: { to: until } },
      orderBy: 'dueAt',
      limit,
      ...(after ? { after } : {}),
    };
    if (partnerId === undefined) return this.lists.bySolution<AgendaDocument>(agenda, scope, planned);
    if (!(await this.partners.covers(scope, partnerId))) return { documents: [] };
    const page = await this.readModels.find(agenda, { ...planned, where: { ...planned.where, partnerId } });
    // A mail stays with the solution that it was decided in, also once its partner has moved.
    return { ...page, documents: page.documents.filter((one) => covers(scope, solutionOf(one))) };
  }

  async #withLocalTimes(scope: Scope, items: readonly AgendaItem[]): Promise<readonly AgendaItem[]> {
    const named = items.flatMap(({ partnerId }) => partnerId ?? []);
    const covered = await this.partners.among(scope, named);
    const found = await this.readModels.get<PartnerDocument>(partners, [...covered]);
    return items.map((item) => {
      const zone = found.get(item.partnerId ?? '')?.timeZone;
      if (zone === undefined) return item;
      return { ...item, local: { date: dateIn(zone, item.at), time: timeIn(zone, item.at), zone } };
    });
  }
}

const solutionOf = (document: AgendaDocument): string | undefined =>
  document.kind === 'solution' ? undefined : document.solutionId;

/** For a partner the agenda only knows that digests may be due; its queue and people say whose. */
async function* occurrences(document: AgendaDocument, facts: FactsAsOf): AsyncGenerator<Occurrence> {
  if (document.kind !== 'partner' || document.partnerId === undefined) {
    yield* document.next;
    return;
  }
  const { queue, partner, solution } = await facts.ofQueue(document.partnerId);
  for await (const digest of withRests(digestsByPerson(queue, partner, planOf(partner, solution))))
    yield { ...digest, rule: DIGEST };
}

const itemOf = (document: AgendaDocument, { at, rule, userId }: Occurrence): AgendaItem => {
  if (document.kind === 'delivery') {
    const { notificationId, partnerId, solutionId } = document;
    return { at, what: 'delivery', rule, solutionId, partnerId, notificationId };
  }
  if (document.kind === 'solution') return { at, what: 'notice' };
  const { partnerId, solutionId } = document;
  const accountId = document.kind === 'account' ? document.accountId : undefined;
  return { at, what: rule ? 'decision' : 'notice', rule, solutionId, partnerId, accountId, userId };
};
