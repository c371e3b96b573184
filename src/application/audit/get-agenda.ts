import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { MAX_AGENDA_ITEMS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { DIGEST } from '../../domain/rules/notifications.js';
import { digestsByPerson } from '../../domain/rules/shared/digest-rhythm.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { withRests } from '../concurrency/with-rests.js';
import { DecisionFacts, type FactsAsOf } from '../decisions/decision-facts.js';
import { Clock } from '../ports/clock.js';
import { type AgendaDocument, agenda } from '../read-models/agenda/agenda.js';
import type { Occurrence } from '../read-models/history/occurrence.js';
import type { Incomplete } from '../read-models/parking/incomplete.js';
import { IncompleteInScope } from '../tenancy/incomplete-in-scope.js';
import { ScopedLists } from '../tenancy/scoped-lists.js';

/** Something that happens at a known moment, as far as is known now. */
interface AgendaItem {
  readonly at: Instant;
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
  readonly items: readonly AgendaItem[];
  /** Entries of this page that were left out because the answer would have too many items. */
  readonly leftOut?: number;
  /** The cursor of the next page; null on the last. */
  readonly next: string | null;
  readonly incomplete?: Incomplete;
}

/** What is planned for the next days. */
export class GetAgenda extends Query<AgendaPage> {
  constructor(
    readonly scope: Scope,
    readonly days: number,
    readonly limit: number,
    readonly after?: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetAgenda)
export class GetAgendaHandler implements IQueryHandler<GetAgenda> {
  constructor(
    private readonly lists: ScopedLists,
    private readonly incomplete: IncompleteInScope,
    private readonly facts: DecisionFacts,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `invalid-cursor`. */
  async execute({ scope, days, limit, after }: GetAgenda): Promise<AgendaPage> {
    const now = this.clock.now();
    const until = plus(now, days * DAY);
    const { documents, next } = await this.lists.bySolution<AgendaDocument>(agenda, scope, {
      range: { dueAt: { to: until } },
      orderBy: 'dueAt',
      limit,
      ...(after ? { after } : {}),
    });
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
      items: items.sort((a, b) => (a.at < b.at ? -1 : 1)),
      next: next ?? null,
      ...(leftOut > 0 ? { leftOut } : {}),
      ...note,
    };
  }
}

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
  if (document.kind === 'delivery')
    return { at, what: 'delivery', rule, notificationId: document.notificationId };
  if (document.kind === 'solution') return { at, what: 'notice' };
  const { partnerId, solutionId } = document;
  const accountId = document.kind === 'account' ? document.accountId : undefined;
  return { at, what: rule ? 'decision' : 'notice', rule, solutionId, partnerId, accountId, userId };
};
