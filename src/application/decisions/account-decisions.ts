import { Injectable } from '@nestjs/common';
import { accountExpired } from '../../domain/rules/account-expired.js';
import type { AccountFacts } from '../../domain/rules/facts.js';
import { settingsUpdateRequired } from '../../domain/rules/settings-update-required.js';
import type { Verdict } from '../../domain/rules/verdict.js';
import { type AccountRule, SocialAccount } from '../../domain/social-account/social-account.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../clock/clock.js';
import { DecisionFacts } from './decision-facts.js';
import { accountMail } from './mail-model.js';
import { Recording } from './recording.js';

const RULES: readonly (readonly [AccountRule, (facts: AccountFacts, now: string) => Verdict])[] = [
  ['settings-update-required', settingsUpdateRequired],
  ['account-expired', accountExpired],
];

/** Decides all that is due about one social account, on the facts as they are now. */
@Injectable()
export class AccountDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recording: Recording,
    private readonly clock: Clock,
  ) {}

  async decide(accountId: string): Promise<void> {
    await this.#noticeTime(accountId);
    while (await this.#decideOne(accountId));
  }

  /** Records that the authorisation comes near its end, or has come to it. */
  async #noticeTime(accountId: string): Promise<void> {
    const command = { type: 'NoticeTime', data: { accountId }, at: this.clock.now() } as const;
    const context = { actor: 'clock' };
    let outcome: string | undefined;
    do {
      [outcome] = await this.aggregates.execute(SocialAccount, accountId, [{ command, context }]);
    } while (outcome === 'recorded');
  }

  async #decideOne(accountId: string): Promise<boolean> {
    const now = this.clock.now();
    const facts = await this.facts.ofAccount(accountId);
    const { settings } = facts.solution;
    const partnerId = facts.account.connection?.value.partnerId;
    if (!settings || partnerId === undefined) return false;
    for (const [rule, evaluate] of RULES) {
      const verdict = evaluate(facts, now);
      const { due, slot } = verdict;
      if (!due || !slot) continue;
      await this.recording.record({
        ...{ verdict, slot, partnerId, settings, now },
        mail: (told) => accountMail(facts, settings, verdict, told, now),
      });
      // Only now that everybody has their decision: a crash before this line repeats the slot, and finds them recorded.
      const data = { accountId, rule, date: slot.date, key: slot.key };
      await this.aggregates.execute(SocialAccount, accountId, [
        { command: { type: 'CloseSlot', data, at: now }, context: { actor: 'clock' } },
      ]);
      return true;
    }
    return false;
  }
}
