import { Injectable } from '@nestjs/common';
import { closeAccountSlot, dueOnAccount } from '../../domain/rules/due.js';
import { SocialAccount, type SocialAccountCommand } from '../../domain/social-account/social-account.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { NotificationRecorder } from './notification-recorder.js';

/** Decides everything that is due about one social account, on the current facts. */
@Injectable()
export class AccountDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recorder: NotificationRecorder,
    private readonly contexts: DecisionContexts,
    private readonly clock: ClockGuard,
  ) {}

  async decide(accountId: string): Promise<void> {
    // Records that the authorisation nears its end, or has reached it.
    await this.#execute(accountId, { type: 'NoticeTime', data: { accountId }, at: this.clock.now() });
    while (await this.#decideOne(accountId));
  }

  async #decideOne(accountId: string): Promise<boolean> {
    const now = this.clock.now();
    const facts = await this.facts.ofAccountAsAppended(accountId);
    const { settings } = facts.solution;
    const due = dueOnAccount(facts, now);
    if (!due || !settings) return false;
    await this.recorder.record(due, this.contexts.ofAccount(due, facts, settings, now));
    // Closed only after every recipient has a decision: after a crash before this line the slot is repeated and finds its
    // decisions recorded.
    await this.#execute(accountId, closeAccountSlot(due, facts, now));
    return true;
  }

  async #execute(accountId: string, command: SocialAccountCommand): Promise<void> {
    const request = { command, context: { actor: 'clock' } };
    await this.aggregates.execute(SocialAccount, accountId, [request]);
  }
}
