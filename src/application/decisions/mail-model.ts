import type { Instant } from '../../domain/fact.js';
import { HeraldError } from '../../domain/herald-error.js';
import type { PartnerState } from '../../domain/partner/partner.js';
import { contentFor, listed } from '../../domain/rules/shared/content.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import type { Told } from '../../domain/rules/shared/recipient-decisions.js';
import type { Verdict } from '../../domain/rules/shared/verdict.js';
import { endOf } from '../../domain/social-account/social-account.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import type { MailModel } from '../delivery/mail.js';

/** A mail that is so much behind its slot says so; below that, it is what a busy minute costs. */
const LATE = 5 * 60_000;

/** What every mail says, whatever it is about. */
const common = (
  verdict: Verdict,
  told: Told,
  partner: PartnerState,
  settings: SolutionSettings,
  now: Instant,
) => ({
  rule: verdict.rule,
  locale: told.recipient.locale,
  now,
  recipient: { name: told.recipient.name },
  partner: {
    name: partner.registration?.value.name ?? '',
    timeZone: partner.timeZone?.value ?? settings.timeZone,
  },
  solution: { name: settings.name, baseUrl: settings.baseUrl },
  escalation: told.escalation,
  ...(verdict.slot && verdict.lateBy >= LATE
    ? { late: { slotAt: verdict.slot.at, minutes: Math.floor(verdict.lateBy / 60_000) } }
    : {}),
});

/** @throws HeraldError `account-unknown`, which a verdict that is due rules out. */
export const accountMail = (
  facts: AccountFacts,
  settings: SolutionSettings,
  verdict: Verdict,
  told: Told,
  now: Instant,
): Omit<MailModel, 'test'> => {
  const connection = facts.account.connection?.value;
  if (!connection)
    throw new HeraldError('account-unknown', `The account ${facts.accountId} was never connected.`);
  const { displayName, network, kind } = connection;
  const expiresAt = facts.account.expiry?.expiresAt;
  const end = endOf(facts.account);
  const isOver = verdict.rule === 'account-expired' && end !== undefined;
  return {
    ...common(verdict, told, facts.partner, settings, now),
    account: {
      ...{ displayName, network, kind },
      ...(expiresAt ? { authorisationExpiresAt: expiresAt } : {}),
      ...(isOver ? { endedAt: end.at } : {}),
      ...(isOver && end.reason ? { reason: end.reason } : {}),
    },
  };
};

/** A digest, or the answer that there is nothing new; `userId` is whose digest it is. */
export const contentMail = (
  facts: QueueFacts,
  settings: SolutionSettings,
  userId: string,
  verdict: Verdict,
  told: Told,
  now: Instant,
): Omit<MailModel, 'test'> => {
  const content = contentFor(userId, facts.queue, now);
  const mail = { ...common(verdict, told, facts.partner, settings, now), older: content.older };
  if (verdict.rule === 'no-social-media-content') return mail;
  const { posts, more } = listed(content);
  const shown = posts.map(({ title, streamName, network, publishAt }) => ({
    ...{ title, streamName, network, publishAt },
  }));
  return { ...mail, posts: shown, more };
};
