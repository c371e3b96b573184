import { onWall, type Slot, slotNow } from '../../src/domain/calendar/calendar.js';
import { HOUR, plus } from '../../src/domain/kernel/instant.js';
import {
  accountAudience,
  isAnybodyNotified,
  personConditions,
} from '../../src/domain/rules/shared/account-audience.js';
import { isConnected } from '../../src/domain/rules/shared/account-conditions.js';
import { accountLine, accountName } from '../../src/domain/rules/shared/account-content.js';
import type { AccountNotification } from '../../src/domain/rules/shared/definition.js';
import { isEntitled, type Plan, partnerConditions, planOf } from '../../src/domain/rules/shared/plan.js';
import { condition, verdictOf } from '../../src/domain/rules/shared/verdict.js';
import { decidedOf, type SocialAccountState } from '../../src/domain/social-account/social-account.js';
import { accountOf, accountParts, accountWords } from '../../src/infrastructure/mail/rendering/mail-parts.js';
import type { NotificationMail } from '../../src/infrastructure/mail/rendering/notification-mails.js';

const ID = 'account-connected';

/** An hour after the account was connected; none once that has its decision. */
const connectedSlot = (account: SocialAccountState, plan: Plan | undefined): Slot | undefined => {
  const { connection, removed } = account;
  if (!plan || !connection || removed || decidedOf(account, ID)?.key === connection.at) return undefined;
  return slotNow(connection.at, plus(connection.at, HOUR), plan.zone);
};

/** Account connected. An hour after a social account was connected, everybody who answers for it is notified. */
export const accountConnected: AccountNotification<typeof ID> = {
  id: ID,
  version: 1,
  subject: 'socialAccount',
  title: 'account connected',
  letter: 'K',
  telling: ['an-hour-has-passed', 'is-partner-admin'],
  timing: ['an-hour-has-passed'],
  essential: {},
  topic: (conditions) => `${accountName(conditions)} is connected`,
  nextSlot: connectedSlot,
  personConditions,

  decide(facts, now) {
    const { accountId, account, partner, solution } = facts;
    const slot = connectedSlot(account, planOf(partner, solution));
    const audience = accountAudience(facts);
    const hasPassed = condition('an-hour-has-passed', slot !== undefined && slot.at <= now, [
      'The account has been connected for an hour.',
      slot ? `An hour has passed at ${onWall(slot.at, slot.zone)}.` : 'This connection has its decision.',
    ]);
    const conditions = [
      isConnected(facts),
      ...partnerConditions(account.connection?.value.partnerId, partner, solution),
      hasPassed,
      isEntitled(solution.settings),
      isAnybodyNotified(audience),
    ];
    const subject = { kind: 'socialAccount', id: accountId } as const;
    return verdictOf({ rule: ID, ruleVersion: 1, subject, slot, conditions, audience, causes: [] }, now);
  },

  content: (facts) => ({ account: accountLine(facts) }),
};

/** The mail of it, in English only. */
export const accountConnectedMail: NotificationMail = {
  version: 1,
  layout: 'account',
  view(model, words) {
    const { name, network } = accountWords(accountOf(model));
    const said = `“${name}” on ${network} is connected`;
    const own = { subject: said, heading: 'Account connected', intro: `${said}.`, action: 'See the account' };
    return { ...accountParts(model, words, own, []), reconnect: '' };
  },
};
