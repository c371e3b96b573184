import { setImmediate } from 'node:timers/promises';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { covers, type Scope } from '../../../domain/access/scope.js';
import { requestOf } from '../../../domain/approval-queue/send-nows.js';
import { MAX_ACCOUNTS_LOOKED_AT, MAX_ACCOUNTS_PER_ANSWER } from '../../../domain/bounds.js';
import type { Slot } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { plus } from '../../../domain/kernel/instant.js';
import { definitionOf } from '../../../domain/rules/notifications.js';
import type { AccountNotification, QueueNotification } from '../../../domain/rules/shared/definition.js';
import type { AccountFacts, QueueFacts } from '../../../domain/rules/shared/facts.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import type { Condition, Subject } from '../../../domain/rules/shared/verdict.js';
import { DecisionFacts, type FactsAsOf } from '../../decisions/decision-facts.js';
import { Clock } from '../../ports/clock.js';
import { accountPartners } from '../../read-models/account-partners/account-partners.js';
import { addresses } from '../../read-models/addresses/addresses.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { type HistoryEntry, history } from '../../read-models/history/history.js';
import type { Incomplete } from '../../read-models/parking/incomplete.js';
import { type PersonDocument, people } from '../../read-models/people/people.js';
import { type AccountDocument, socialAccounts } from '../../read-models/social-accounts/social-accounts.js';
import { AccountsOfPartner } from '../../tenancy/accounts-of-partner.js';
import { IncompleteInScope } from '../../tenancy/incomplete-in-scope.js';
import { PartnersInScope } from '../../tenancy/partners-in-scope.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { notFound } from '../not-found.js';
import { PersonNotesOf } from '../people/person-notes.js';
import { Persons, unknownPerson } from '../people/persons.js';
import { clauses, topicOf } from '../sentences.js';
import { type Need, needOf } from './needs.js';
import { WhyNotAdvice } from './why-not-advice.js';

/** The answer for one account or queue. */
export interface WhyNotAnswer {
  readonly subject: Subject;
  readonly sentence: string;
  /** Whether a mail to this person would be due at that moment. */
  readonly due: boolean;
  /** The first slot without a decision at that moment. */
  readonly slot?: Slot | undefined;
  readonly conditions: readonly Condition[];
  /** What would have to change, for each condition that does not hold, in their order. */
  readonly needed: readonly Need[];
  /** The last decision about this person up to that moment, if there was one. */
  readonly last?:
    | Pick<HistoryEntry, 'notificationId' | 'decision' | 'reason' | 'decidedAt' | 'slotAt' | 'outcome'>
    | undefined;
}

export interface WhyNot {
  readonly person: Pick<PersonDocument, 'userId' | 'partnerId' | 'name' | 'email'>;
  readonly rule: RuleId;
  readonly at: Instant;
  readonly answers: readonly WhyNotAnswer[];
  /** Whether the partner has further accounts that are not in the answer; ask for one by its id. */
  readonly more: boolean;
  readonly incomplete?: Incomplete;
}

export interface Asked {
  /** A user id or an e-mail address. */
  readonly person: string;
  readonly rule: RuleId;
  /** Default: now. */
  readonly at?: Instant | undefined;
  readonly partnerId?: string | undefined;
  readonly accountId?: string | undefined;
}

/** Why somebody was not notified of something, as of a moment. */
export class AskWhyNot extends Query<WhyNot> {
  constructor(
    readonly scope: Scope,
    readonly asked: Asked,
  ) {
    super();
  }
}

@QueryHandler(AskWhyNot)
export class AskWhyNotHandler implements IQueryHandler<AskWhyNot> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly incomplete: IncompleteInScope,
    private readonly facts: DecisionFacts,
    private readonly persons: Persons,
    private readonly partners: PartnersInScope,
    private readonly accounts: AccountsOfPartner,
    private readonly lists: ScopedLists,
    private readonly notes: PersonNotesOf,
    private readonly advice: WhyNotAdvice,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `invalid-request`, `not-found`, `person-ambiguous`, `not-yet-due`, `notification-unknown`. */
  async execute({ scope, asked }: AskWhyNot): Promise<WhyNot> {
    const { rule } = asked;
    const definition = definitionOf(rule);
    if (definition.subject !== 'socialAccount' && asked.accountId !== undefined) throw notAboutAccounts(rule);
    const at = asked.at ?? this.clock.now();
    if (at > this.clock.now())
      throw new HeraldError(
        'not-yet-due',
        `It is ${this.clock.now()}: ask for a past moment, or see GET /v1/agenda for the future.`,
        'at',
      );
    const person = await this.persons.one(scope, asked.person, asked.partnerId);
    const { userId, partnerId, name, email } = person;
    const moment = { scope, at, isNow: asked.at === undefined };
    // For the current moment most aggregates are cached. The partner and its solution are the same for all accounts.
    const facts = this.facts.asOf(asked.at === undefined ? undefined : { recordedAt: at });
    if (scope !== 'all' && isOfOthers(scope, await facts.ofQueue(partnerId)))
      throw unknownPerson(asked.person, asked.partnerId);
    const { answers, more } =
      definition.subject === 'socialAccount'
        ? await this.#ofAccounts(definition, asked, person, facts, moment)
        : { answers: [await this.#ofQueue(definition, person, facts, moment)], more: false };
    // The read models only helped to find the subjects; the conditions come from the log itself.
    const note = await this.incomplete.of(scope, [
      ...[people.name, addresses.name, accountPartners.name, socialAccounts.name, history.name],
    ]);
    return { person: { userId, partnerId, name, email }, rule, at, answers, more, ...note };
  }

  async #ofAccounts(
    definition: AccountNotification,
    asked: Asked,
    person: PersonDocument,
    facts: FactsAsOf,
    moment: Moment,
  ): Promise<Pick<WhyNot, 'answers' | 'more'>> {
    const accountIds = await this.#accounts(moment, asked, person.partnerId);
    const answers: WhyNotAnswer[] = [];
    let looked = 0;
    for (const id of accountIds) {
      if (answers.length >= MAX_ACCOUNTS_PER_ANSWER || looked >= MAX_ACCOUNTS_LOOKED_AT) break;
      looked += 1;
      const then = await facts.ofAccount(id);
      if (isElsewhere(person.partnerId, then)) {
        if (asked.accountId) throw elsewhere(id, person.partnerId, moment.at);
        continue;
      }
      if (!isOfOthers(moment.scope, then))
        answers.push(await this.#ofAccount(definition, then, person, moment));
      else if (asked.accountId) throw unknownAccount(id);
      // Yields to other work between two accounts.
      await setImmediate();
    }
    return { answers, more: looked < accountIds.length };
  }

  /** Those that may have been at the partner at the moment. */
  async #accounts({ scope }: Moment, { accountId }: Asked, partnerId: string): Promise<readonly string[]> {
    if (accountId === undefined) return this.accounts.ever(partnerId, MAX_ACCOUNTS_LOOKED_AT + 1);
    await this.#checkAccount(scope, accountId, partnerId);
    return [accountId];
  }

  /** For a bound scope one that it does not cover is as one that does not exist. @throws HeraldError `not-found`. */
  async #checkAccount(scope: Scope, accountId: string, partnerId: string): Promise<void> {
    const account = (await this.readModels.get<AccountDocument>(socialAccounts, [accountId])).get(accountId);
    if (account && scope === 'all') return;
    if (account?.partnerId !== undefined && (await this.partners.covers(scope, account.partnerId))) return;
    // One that has moved to a partner beyond the scope was the person's partner's before.
    if (await this.accounts.wasAt(partnerId, accountId)) return;
    throw unknownAccount(accountId);
  }

  async #ofAccount(
    definition: AccountNotification,
    facts: AccountFacts,
    person: PersonDocument,
    moment: Moment,
  ): Promise<WhyNotAnswer> {
    const verdict = definition.decide(facts, moment.at);
    const personal = definition.personConditions(facts, person.userId, verdict.slot);
    const last = await this.#last(definition.id, person, moment, facts.accountId);
    const conditions = [...verdict.conditions, ...personal];
    return this.#answer({
      rule: definition.id,
      person,
      moment,
      verdict,
      conditions,
      last,
    });
  }

  async #ofQueue(
    definition: QueueNotification,
    person: PersonDocument,
    asOf: FactsAsOf,
    moment: Moment,
  ): Promise<WhyNotAnswer> {
    const { partnerId, userId } = person;
    const facts = await asOf.ofQueue(partnerId);
    const verdict = definition.decide(facts, { userId, request: requestOf(facts.queue, userId) }, moment.at);
    const last = await this.#last(definition.id, person, moment);
    const { conditions } = verdict;
    return this.#answer({
      rule: definition.id,
      person,
      moment,
      verdict,
      conditions,
      last,
    });
  }

  async #last(
    rule: RuleId,
    { userId, partnerId }: PersonDocument,
    { scope, at }: Moment,
    accountId?: string,
  ): Promise<HistoryEntry | undefined> {
    const { documents } = await this.lists.bySolution<HistoryEntry>(history, scope, {
      where: { recipientId: userId, partnerId, rule, ...(accountId ? { accountId } : {}) },
      range: { decidedAt: { to: plus(at, 1) } },
      orderBy: 'decidedAt',
      direction: 'descending',
      limit: 1,
    });
    return documents[0];
  }

  async #answer({ rule, person, moment, verdict, conditions, last }: Found): Promise<WhyNotAnswer> {
    const { at } = moment;
    const { subject, slot } = verdict;
    const against = conditions.filter(({ holds }) => !holds);
    const name = person.name ?? person.userId;
    const where = `${subject.kind === 'socialAccount' ? 'account' : 'queue'} ${subject.id}`;
    const then =
      against.length === 0
        ? `At ${at} all conditions to notify ${name} that ${topicOf(rule, conditions)} hold (${where}); ${this.advice.next(subject, person.userId, moment.isNow)}.`
        : `At ${at} there is no reason to notify ${name} about ${where}, because ${clauses(against)}.`;
    const chosen = await this.notes.preference(person.partnerId, person.userId, conditions, at);
    return {
      subject,
      sentence: [then, chosen, await this.advice.before(moment.scope, last)].filter(Boolean).join(' '),
      due: against.length === 0,
      slot,
      conditions,
      needed: against.map(needOf),
      last: last && {
        notificationId: last.notificationId,
        decision: last.decision,
        reason: last.reason,
        decidedAt: last.decidedAt,
        slotAt: last.slotAt,
        outcome: last.outcome,
      },
    };
  }
}

/** Whether the account was at another partner at that moment. */
const isElsewhere = (partnerId: string, { account }: AccountFacts): boolean =>
  account.connection !== undefined && account.connection.value.partnerId !== partnerId;

/** Whether it was in a solution at that moment that the scope does not cover: it has moved since. */
const isOfOthers = (scope: Scope, { partner }: AccountFacts | QueueFacts): boolean => {
  const solutionId = partner.registration?.value.solutionId;
  return solutionId !== undefined && !covers(scope, solutionId);
};

const unknownAccount = (accountId: string): HeraldError =>
  notFound(`There is no account ${accountId}.`, 'GET /v1/social-accounts for the known ones');

const elsewhere = (accountId: string, partnerId: string, at: Instant): HeraldError =>
  notFound(
    `At ${at} the account ${accountId} was not at ${partnerId}.`,
    `GET /v1/social-accounts/${accountId}`,
  );

const notAboutAccounts = (rule: RuleId): HeraldError =>
  new HeraldError(
    'invalid-request',
    `${rule} is about the posts of a partner, not about a social account: leave out account.`,
    'account',
  );

/** The moment that was asked about, and for whom. */
interface Moment {
  readonly scope: Scope;
  readonly at: Instant;
  /** No other moment than the current one was asked about. */
  readonly isNow: boolean;
}

/** What was found out about one account or queue. */
interface Found {
  readonly rule: RuleId;
  readonly person: PersonDocument;
  readonly moment: Moment;
  readonly verdict: { readonly subject: Subject; readonly slot?: Slot };
  readonly conditions: readonly Condition[];
  readonly last: HistoryEntry | undefined;
}
