import { onWall, type Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { latestOf } from '../../kernel/instant.js';
import { entries } from '../../kernel/persistent-map.js';
import { userOf } from '../../partner/partner.js';
import {
  hasOptedOut,
  isActive,
  isDeliverable,
  type PartnerUser,
  roleOf,
} from '../../partner/partner-user.js';
import type { Connection } from '../../social-account/social-account.js';
import type { AccountFacts } from './facts.js';
import { audienceMembers, isReachable, reachableSince, recipientsOf, undeliverable } from './recipients.js';
import { type AudienceMember, type Condition, condition } from './verdict.js';

/** The people responsible for an account, and whom of them it concerned at a slot. */
export interface Responsible {
  /** Those whom it concerned. */
  readonly audience: readonly AudienceMember[];
  /** The names of the others. */
  readonly newcomers: readonly string[];
}

/**
 * The people responsible for an account: the owner of a personal one, all active Partner Admins for a company one.
 * @param slot without one, and at one that is due at once, the account concerns all of them.
 */
export const responsibleFor = (facts: AccountFacts, slot?: Slot): Responsible => {
  const { account, partner, solution } = facts;
  const connection = account.connection?.value;
  const responsible = entries(partner.users).filter(
    ([userId, user]) => connection && isActive(user) && answers(connection, userId, user).holds,
  );
  const newcomers = new Set(
    responsible.filter(([userId]) => concernedAt(facts, userId, slot).some(({ holds }) => !holds)),
  );
  return {
    audience: responsible
      .filter((one) => !newcomers.has(one))
      .flatMap(([userId, user]) => {
        const recipients = recipientsOf(userId, user, solution.settings);
        return audienceMembers(recipients, personConditions(facts, userId, slot), concernsSince(facts, user));
      }),
    newcomers: [...newcomers].map(([userId, user]) => user.fields.name?.value ?? userId),
  };
};

/** Those of the people responsible for an account whom it concerned at a slot. */
export const accountAudience = (facts: AccountFacts, slot?: Slot): readonly AudienceMember[] =>
  responsibleFor(facts, slot).audience;

/** Since when Herald knows whom an account concerns, or that it concerns nobody. */
export const audienceSince = ({ account, partner, solution }: AccountFacts): Instant =>
  latestOf(account.ownedSince, partner.peopleSince, solution.escalationSince);

/** Since when the account concerns somebody who is responsible for it, whether or not they opted out. */
const concernsSince = ({ account }: AccountFacts, user: PartnerUser): Instant =>
  latestOf(
    account.ownedSince,
    isDeliverable(user) ? reachableSince(user) : user.activeSince,
    account.connection?.value.kind === 'company' ? user.roleSince : undefined,
    hasOptedOut(user) ? undefined : user.optInSince,
  );

/** Whether the account concerned them at a slot that is a date of a rhythm. Of a moment nothing is asked: it is due at once. */
const concernedAt = (facts: AccountFacts, userId: string, slot: Slot | undefined): readonly Condition[] => {
  const user = userOf(facts.partner, userId);
  const connection = facts.account.connection?.value;
  if (!user || !slot || slot.key !== slot.date) return [];
  if (!connection || !isActive(user) || !answers(connection, userId, user).holds) return [];
  const since = concernsSince(facts, user);
  const holds = since <= slot.at;
  const says = holds
    ? `It has concerned them since ${onWall(since, slot.zone)}.`
    : `It has concerned them only since ${onWall(since, slot.zone)}, after the slot of ${onWall(slot.at, slot.zone)}: their first is the next one.`;
  return [{ name: 'concerned-them-at-the-slot', holds, says }];
};

/**
 * Why this person is, or is not, notified about this account.
 * @param slot the slot that is decided; absent for none.
 */
export const personConditions = (facts: AccountFacts, userId: string, slot?: Slot): readonly Condition[] => {
  const { account, partner } = facts;
  const user = userOf(partner, userId);
  const connection = account.connection?.value;
  return [
    isReachable(userId, user),
    ...(connection ? [answers(connection, userId, user)] : []),
    condition(
      'has-not-opted-out',
      !(user && hasOptedOut(user)),
      [
        'They did not opt out of Social Accounts Expiration.',
        'They opted out of Social Accounts Expiration under Settings > Notifications.',
      ],
      { withholds: 'opted-out' },
    ),
    ...undeliverable(userId, user),
    ...concernedAt(facts, userId, slot),
  ];
};

/**
 * Whether anybody is left to notify.
 * @param newcomers the names of those whom the account did not concern yet at the slot.
 */
export const isAnybodyNotified = (
  audience: readonly AudienceMember[],
  newcomers: readonly string[] = [],
): Condition => {
  const notified = audience.filter((member) => member.isNotified);
  const others = newcomers.length > 0 ? ` ${newcomers.join(', ')} came later.` : '';
  return condition(
    'somebody-can-be-told',
    notified.length > 0,
    [
      `${namesOf(notified)} can be told.`,
      audience.length > 0
        ? `${whyNot(audience)}; there is nobody else.${others}`
        : newcomers.length > 0
          ? `At the slot there was nobody who answered for the account and was active.${others}`
          : 'There is nobody who answers for the account and is active.',
    ],
    { withholds: 'no-reachable-recipient' },
  );
};

/** Why nobody of a non-empty audience is notified, as a clause. */
const whyNot = (audience: readonly AudienceMember[]): string => {
  const unreachable = audience.filter(({ reason }) => reason === 'undeliverable-address');
  const optedOut = audience.filter((member) => !unreachable.includes(member));
  return [
    ...(optedOut.length > 0 ? [`${namesOf(optedOut)} opted out`] : []),
    ...(unreachable.length > 0 ? [`mails to ${namesOf(unreachable)} cannot be delivered`] : []),
  ].join('; ');
};

/** Each person once, on however many channels. */
const namesOf = (audience: readonly AudienceMember[]): string =>
  [...new Map(audience.map(({ userId, name }) => [userId, name])).values()].join(', ');

const answers = (connection: Connection, userId: string, user: PartnerUser | undefined): Condition =>
  connection.kind === 'personal'
    ? condition('owns-the-account', connection.ownerId === userId, [
        'They own this personal account.',
        `The account is personal and belongs to ${connection.ownerId}.`,
      ])
    : condition('is-partner-admin', user !== undefined && roleOf(user) === 'admin', [
        'They are a Partner Admin, and all active Partner Admins answer for a company account.',
        'They are not a Partner Admin; those answer for a company account.',
      ]);
