import { ApprovalQueue } from '../../src/domain/approval-queue/approval-queue.js';
import { newRanges } from '../../src/domain/approval-queue/new-posts.js';
import type { ApprovalQueueCommand } from '../../src/domain/approval-queue/queue-events.js';
import type { Slot } from '../../src/domain/calendar/calendar.js';
import type { Decider, Fact, Instant, Recorded } from '../../src/domain/kernel/event.js';
import { earliestOf } from '../../src/domain/kernel/instant.js';
import { values } from '../../src/domain/kernel/persistent-map.js';
import type { Decision } from '../../src/domain/notification/decision.js';
import { Partner, type PartnerCommand } from '../../src/domain/partner/partner.js';
import { contentNeedsApproval } from '../../src/domain/rules/content-needs-approval/definition.js';
import { noSocialMediaContent } from '../../src/domain/rules/no-social-media-content/definition.js';
import { ACCOUNT_NOTIFICATIONS } from '../../src/domain/rules/notifications.js';
import { nextOnQueue, subscribersOf } from '../../src/domain/rules/shared/digest-rhythm.js';
import type { AccountFacts, QueueFacts } from '../../src/domain/rules/shared/facts.js';
import { planOf } from '../../src/domain/rules/shared/plan.js';
import { recipientDecisions } from '../../src/domain/rules/shared/recipient-decisions.js';
import type { RuleId } from '../../src/domain/rules/shared/rule-id.js';
import type { Verdict } from '../../src/domain/rules/shared/verdict.js';
import {
  nextNoticeAt,
  SocialAccount,
  type SocialAccountCommand,
} from '../../src/domain/social-account/social-account.js';
import { type Policies, Solution, type SolutionSettings } from '../../src/domain/solution/solution.js';

/** One decision as the world remembers it. */
export interface Decided {
  readonly rule: RuleId;
  readonly subject: string;
  readonly who: string;
  /** Of a digest: its reader. */
  readonly reader?: string | undefined;
  readonly at: Instant;
  readonly slot: Slot;
  readonly lateBy: number;
  /** Absent: raised. */
  readonly reason?: string;
  /** Titles or ids of the posts that a digest lists. */
  readonly posts?: readonly string[];
  readonly older?: number;
  /** The id of the last event before it. */
  readonly after: string;
}

class History<S, C, E extends Fact> {
  readonly events: Recorded<E>[] = [];
  state: S;

  constructor(readonly decider: Decider<S, C, E>) {
    this.state = decider.initialState;
  }

  tell(command: C, now: Instant, nextId: () => string): number {
    const facts = this.decider.decide(command, this.state);
    for (const fact of facts) {
      const eventId = nextId();
      const event = { ...fact, recordedAt: now, eventId, position: eventId } as Recorded<E>;
      this.events.push(event);
      this.state = this.decider.evolve(this.state, event);
    }
    return facts.length;
  }

  /** The state of which these events are all that is known. */
  knowing(isKnown: (event: Recorded<E>) => boolean): S {
    const { decider } = this;
    return this.events
      .filter(isKnown)
      .reduce((state, one) => decider.evolve(state, one), decider.initialState);
  }
}

export const POLICIES: Policies = {
  contentApprovalDefault: { admin: 'weekly', member: 'off' },
  accountExpiredCadence: 'same-weekday',
  sendAt: '09:00',
};

export const SETTINGS: SolutionSettings = {
  solutionId: 'aurora',
  name: 'Aurora',
  entitled: true,
  timeZone: 'Europe/Berlin',
  locale: 'en',
  baseUrl: 'https://portal.aurora.example',
  sender: { name: 'Aurora', address: 'notifications@aurora.example' },
  escalationEmail: 'success@aurora.example',
  policies: POLICIES,
};

/** One solution and one partner, `linden` in Berlin, in memory, with a clock that a test moves. */
export class World {
  readonly solution = new History(Solution);
  readonly partner = new History(Partner);
  readonly queue = new History(ApprovalQueue);
  readonly accounts = new Map<string, ReturnType<typeof newAccount>>();
  readonly decided: Decided[] = [];
  /** Called with what was just raised, once its slots are closed. */
  onRaised: (raised: readonly Decision[]) => void = () => undefined;
  #raised: Decision[] = [];
  #ids = 0;

  /** @param settings of the solution; unknown: neither solution nor partner is known yet. */
  constructor(
    public now: Instant,
    settings: Partial<SolutionSettings> | 'unknown' = {},
    zone = 'Europe/Berlin',
  ) {
    if (settings === 'unknown') return;
    this.configure(settings);
    this.register(zone);
  }

  register(timeZone = 'Europe/Berlin', at = this.now): void {
    const data = { partnerId: 'linden', solutionId: 'aurora', name: 'Haus Linden', timeZone };
    this.tellPartner({ type: 'RegisterPartner', data, at });
  }

  moveTo(timeZone: string, at = this.now): void {
    this.tellPartner({ type: 'ChangeZone', data: { partnerId: 'linden', timeZone }, at });
  }

  configure(settings: Partial<SolutionSettings>): void {
    const data = { ...SETTINGS, ...settings };
    this.solution.tell({ type: 'ConfigureSolution', data, at: this.now }, this.now, this.#nextId);
  }

  user(userId: string, role: 'admin' | 'member' = 'admin'): void {
    const data = { userId, partnerId: 'linden', name: userId, email: `${userId}@linden.example`, role };
    this.tellPartner({ type: 'AddUser', data, at: this.now });
  }

  undeliverable(userId: string): void {
    const address = `${userId}@linden.example`;
    const data = { userId, partnerId: 'linden', address, reason: 'bounced', notificationId: 'n1' } as const;
    this.tellPartner({ type: 'MarkUndeliverable', data, at: this.now });
  }

  moves(userId: string, email: string): void {
    this.tellPartner({ type: 'ChangeUser', data: { userId, partnerId: 'linden', email }, at: this.now });
  }

  prefers(
    userId: string,
    preferences: {
      contentApproval?: 'off' | 'daily' | 'weekly' | 'monthly';
      accountExpiration?: 'on' | 'off';
    },
  ): void {
    const data = { userId, partnerId: 'linden', ...preferences };
    this.tellPartner({ type: 'ChangePreferences', data, at: this.now });
  }

  company(accountId: string, authorisationExpiresAt?: Instant, at = this.now): void {
    const data = {
      accountId,
      partnerId: 'linden',
      network: 'x',
      kind: 'company',
      displayName: accountId,
    } as const;
    this.tellAccount(accountId, { type: 'Connect', data: { ...data, authorisationExpiresAt }, at });
  }

  personal(accountId: string, ownerId: string, authorisationExpiresAt?: Instant, at = this.now): void {
    const data = {
      accountId,
      partnerId: 'linden',
      network: 'x',
      kind: 'personal',
      displayName: accountId,
    } as const;
    const connected = { ...data, ownerId, authorisationExpiresAt };
    this.tellAccount(accountId, { type: 'Connect', data: connected, at });
  }

  renew(accountId: string, authorisationExpiresAt?: Instant, at = this.now): void {
    this.tellAccount(accountId, { type: 'Renew', data: { accountId, authorisationExpiresAt }, at });
  }

  refuse(accountId: string, at = this.now): void {
    this.tellAccount(accountId, { type: 'Invalidate', data: { accountId, reason: 'refused' }, at });
  }

  remove(accountId: string): void {
    this.tellAccount(accountId, { type: 'Remove', data: { accountId }, at: this.now });
  }

  post(postId: string, publishAt: Instant = '2199-01-01T00:00:00.000Z'): void {
    const post = {
      postId,
      partnerId: 'linden',
      streamId: 's',
      streamName: 'Spring',
      title: postId,
      network: 'x',
    };
    this.tellQueue({ type: 'SubmitPost', data: { ...post, publishAt }, at: this.now });
  }

  settle(type: 'ApprovePost' | 'RejectPost' | 'WithdrawPost', postId: string): void {
    this.tellQueue({ type, data: { postId, partnerId: 'linden' }, at: this.now });
  }

  sendNow(userId: string): void {
    const data = { userId, partnerId: 'linden', requestId: `request-${this.#ids}` };
    this.tellQueue({ type: 'RequestDigest', data, at: this.now });
    this.#decideAll();
  }

  tellPartner(command: PartnerCommand): void {
    this.partner.tell(command, this.now, this.#nextId);
  }

  tellQueue(command: ApprovalQueueCommand): number {
    return this.queue.tell(command, this.now, this.#nextId);
  }

  tellAccount(accountId: string, command: SocialAccountCommand): number {
    const known = this.accounts.get(accountId) ?? newAccount();
    this.accounts.set(accountId, known);
    return known.tell(command, this.now, this.#nextId);
  }

  /** Time passes; everything happens at its moment. */
  until(then: Instant): void {
    this.#decideAll();
    for (let next = this.nextMoment(); next !== undefined && next <= then; next = this.nextMoment()) {
      this.now = next > this.now ? next : this.now;
      this.#decideAll();
    }
    this.now = then;
  }

  /** Nobody is at work until then. */
  down(until: Instant): void {
    this.now = until;
    this.#decideAll();
  }

  nextMoment(): Instant | undefined {
    const plan = planOf(this.partner.state, this.solution.state);
    const ofAccounts = [...this.accounts.values()].flatMap(({ state }) => [
      nextNoticeAt(state),
      ...ACCOUNT_NOTIFICATIONS.map(({ nextSlot }) => nextSlot(state, plan)?.at),
    ]);
    return earliestOf(...ofAccounts, nextOnQueue(this.queue.state, this.partner.state, plan));
  }

  /** What was decided under a rule: `when who`, or `when who: reason`. The moment in UTC, to the minute. */
  told(rule: RuleId): string[] {
    return this.decided
      .filter((one) => one.rule === rule)
      .map(({ at, who, reason }) => `${at.slice(0, 16)} ${who}${reason ? `: ${reason}` : ''}`);
  }

  accountFacts(accountId: string): AccountFacts {
    const account = this.accounts.get(accountId)?.state ?? SocialAccount.initialState;
    return { accountId, account, partner: this.partner.state, solution: this.solution.state };
  }

  /** The facts about an account of which these events are all that is known. */
  accountFactsKnowing(accountId: string, isKnown: (event: Recorded<Fact>) => boolean): AccountFacts {
    const account = this.accounts.get(accountId)?.knowing(isKnown) ?? SocialAccount.initialState;
    return {
      accountId,
      account,
      partner: this.partner.knowing(isKnown),
      solution: this.solution.knowing(isKnown),
    };
  }

  /** The facts about the queue of which these events are all that is known. */
  queueFactsKnowing(isKnown: (event: Recorded<Fact>) => boolean): QueueFacts {
    const [queue, partner] = [this.queue.knowing(isKnown), this.partner.knowing(isKnown)];
    return { partnerId: 'linden', queue, partner, solution: this.solution.knowing(isKnown) };
  }

  queueFacts(): QueueFacts {
    const partner = this.partner.state;
    return { partnerId: 'linden', queue: this.queue.state, partner, solution: this.solution.state };
  }

  #decideAll(): void {
    for (let rounds = 0; this.#decideOne(); rounds += 1)
      if (rounds > 10_000) throw new Error(`There is no end to it at ${this.now}.`);
    // What the agenda calls due was decided.
    const next = this.nextMoment();
    if (next !== undefined && next <= this.now)
      throw new Error(`${next} is due at ${this.now} and not decided.`);
    const raised = this.#raised;
    this.#raised = [];
    if (raised.length > 0) this.onRaised(raised);
  }

  #decideOne(): boolean {
    for (const accountId of this.accounts.keys()) {
      if (this.tellAccount(accountId, { type: 'NoticeTime', data: { accountId }, at: this.now }) > 0)
        return true;
      const facts = this.accountFacts(accountId);
      for (const { id, decide } of ACCOUNT_NOTIFICATIONS) {
        const verdict = decide(facts, this.now);
        if (verdict.due) return this.#closeAccount(accountId, id, verdict);
      }
    }
    return this.#decideQueue();
  }

  #closeAccount(accountId: string, rule: RuleId, verdict: Verdict): boolean {
    const slot = this.#remember(verdict);
    const data = { accountId, rule, date: slot.date, key: slot.key };
    return this.tellAccount(accountId, { type: 'CloseSlot', data, at: this.now }) > 0;
  }

  #decideQueue(): boolean {
    const facts = this.queueFacts();
    const plan = planOf(facts.partner, facts.solution);
    if (!plan) return false;
    for (const request of values(facts.queue.requests))
      for (const { decide } of [contentNeedsApproval, noSocialMediaContent]) {
        const verdict = decide(facts, { userId: request.userId, request }, this.now);
        if (verdict.due) return this.#closeQueue(request.userId, verdict, request.requestId);
      }
    for (const { userId } of subscribersOf(facts.partner, plan)) {
      const verdict = contentNeedsApproval.decide(facts, { userId }, this.now);
      if (verdict.due) return this.#closeQueue(userId, verdict);
    }
    return false;
  }

  #closeQueue(userId: string, verdict: Verdict, requestId?: string): boolean {
    const slot = this.#remember(verdict);
    const isRaised = this.decided.some((one) => one.slot === slot && one.reason === undefined);
    const answer = { userId, partnerId: 'linden', slot: { key: slot.key, date: slot.date }, requestId };
    const isDigest = verdict.rule === 'content-needs-approval';
    if (isDigest && (isRaised || verdict.reason === 'no-reachable-recipient')) {
      const data = { ...answer, upTo: this.queue.state.submitted };
      return this.tellQueue({ type: 'CloseDigest', data, at: this.now }) > 0;
    }
    const rule = isDigest ? 'content-needs-approval' : 'no-social-media-content';
    return this.tellQueue({ type: 'CloseSlot', data: { ...answer, rule }, at: this.now }) > 0;
  }

  #remember(verdict: Verdict): Slot {
    const { rule, subject, conditions } = verdict;
    if (!verdict.slot) throw new Error(`${rule} is due without a slot.`);
    const slot = { ...verdict.slot };
    const told = recipientDecisions(verdict, this.solution.state.settings);
    if (told.length === 0) throw new Error(`${rule} is due, and nobody is told of it or withheld from it.`);
    const facts = conditions.find(({ name }) => name === 'new-content-waits')?.facts;
    const posts = (facts?.posts as { postId: string }[] | undefined)?.map(({ postId }) => postId);
    for (const { recipient, reason, escalation, conditions: own, lateBy } of told) {
      if (reason === undefined)
        this.#raised.push(this.#decision(verdict, { recipient, escalation, conditions: own, slot }));
      this.decided.push({
        ...{ rule, subject: subject.id, who: recipient.userId, at: this.now, slot, lateBy },
        reader: verdict.userId,
        after: String(this.#ids).padStart(8, '0'),
        ...(reason ? { reason } : {}),
        ...(posts ? { posts, older: Number(facts?.older) } : {}),
      });
    }
    return slot;
  }

  /** What Herald would record of it; ids do not matter here. */
  #decision(
    { rule, ruleVersion, subject, lateBy, causes, requestId, userId }: Verdict,
    own: Pick<Decision, 'recipient' | 'escalation' | 'conditions' | 'slot'>,
  ): Decision {
    const covers = rule === 'content-needs-approval' ? newRanges(userId ?? '', this.queue.state) : undefined;
    return {
      ...{ notificationId: `n${this.#ids}`, rule, ruleVersion, subject, lateBy, causes, test: false },
      ...{ partnerId: 'linden', solutionId: 'aurora' },
      ...own,
      ...(requestId === undefined ? {} : { requestId }),
      ...(covers === undefined ? {} : { covers, upTo: this.queue.state.submitted }),
    };
  }

  readonly #nextId = (): string => {
    this.#ids += 1;
    return String(this.#ids).padStart(8, '0');
  };
}

const newAccount = () => new History(SocialAccount);
