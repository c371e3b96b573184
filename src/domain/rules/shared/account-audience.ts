import { entries } from '../../kernel/persistent-map.js';
import { userOf } from '../../partner/partner.js';
import { hasOptedOut, isActive, type PartnerUser, roleOf } from '../../partner/partner-user.js';
import type { Connection } from '../../social-account/social-account.js';
import type { AccountFacts } from './facts.js';
import { audienceMembers, isReachable, recipientsOf, undeliverable } from './recipients.js';
import { type AudienceMember, type Condition, condition } from './verdict.js';

/** The people responsible for an account: the owner of a personal one, all active Partner Admins for a company one. */
export const accountAudience = (facts: AccountFacts): readonly AudienceMember[] => {
  const connection = facts.account.connection?.value;
  if (!connection) return [];
  return entries(facts.partner.users)
    .filter(([userId, user]) => isActive(user) && answers(connection, userId, user).holds)
    .flatMap(([userId, user]) =>
      audienceMembers(recipientsOf(userId, user, facts.solution.settings), personConditions(facts, userId)),
    );
};

/** Why this person is, or is not, notified about this account. */
export const personConditions = (
  { account, partner }: AccountFacts,
  userId: string,
): readonly Condition[] => {
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
  ];
};

/** Whether anybody is left to notify. */
export const isAnybodyNotified = (audience: readonly AudienceMember[]): Condition => {
  const notified = audience.filter((member) => member.isNotified);
  return condition(
    'somebody-can-be-told',
    notified.length > 0,
    [
      `${namesOf(notified)} can be told.`,
      audience.length === 0
        ? 'There is nobody who answers for the account and is active.'
        : `${whyNot(audience)}; there is nobody else.`,
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
