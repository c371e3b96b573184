import { NOBODY } from '../../approval-queue/queue-state.js';
import { MAX_NAMED_PEOPLE } from '../../bounds.js';
import { entries } from '../../kernel/persistent-map.js';
import { userOf } from '../../partner/partner.js';
import { isActive, isDeliverable, isPresent, type PartnerUser, roleOf } from '../../partner/partner-user.js';
import type { AccountFacts, QueueFacts } from './facts.js';
import type { Verdict } from './verdict.js';

/** Why a person did not get a notification: there is no way to write to them, or what was sent did not arrive. */
export const UNREACHED_REASONS = [
  'unknown-user',
  'removed',
  'not-active',
  'no-address',
  'undeliverable-address',
  'opted-out',
  'no-digests',
  'rejected',
  'given-up',
  'bounced',
  'complained',
  'abandoned',
] as const;

export type UnreachedReason = (typeof UNREACHED_REASONS)[number];

/** Somebody who should have been notified, and was not. */
export interface UnreachedPerson {
  readonly name: string;
  /** They own the personal account that it is about. */
  readonly isOwner: boolean;
  readonly reason: UnreachedReason;
  /** Where the mail was sent to, if the reason is about that. */
  readonly address?: string;
  /** What the mail server said, in its words. */
  readonly reply?: string;
}

/** The people who were not reached; no names if nobody at the partner is responsible. */
export interface Unreached {
  readonly people: readonly UnreachedPerson[];
  /** People beyond those named. */
  readonly more: number;
}

/** What the escalation contact is told: nobody can be written to, a mail did not arrive, or the solution's sender is refused. */
export type Escalation =
  | ({ readonly kind: 'unreachable' } & Unreached)
  | ({ readonly kind: 'undelivered' } & Unreached)
  | {
      readonly kind: 'sender-refused';
      /** The address that mails come from. */
      readonly sender: string;
      /** What the mail server said, in its words. */
      readonly reply: string;
    };

/** Who is responsible for the account, and why none of them is notified: its owner, or the Partner Admins. */
export const unreachedOnAccount = (verdict: Verdict, facts: AccountFacts): Unreached => {
  const { users } = facts.partner;
  const connection = facts.account.connection?.value;
  if (connection?.kind === 'personal') {
    const { ownerId } = connection;
    if (ownerId === undefined) return named([]);
    return named([{ ...unreached(verdict, ownerId, userOf(facts.partner, ownerId)), isOwner: true }]);
  }
  return named(adminsIn(users).map(([userId, user]) => unreached(verdict, userId, user)));
};

/**
 * Who is not notified of content, and why: the reader, or where nobody can be notified, the Partner Admins and everybody whose address
 * does not work.
 */
export const unreachedOnQueue = (verdict: Verdict, { partner }: QueueFacts): Unreached => {
  const { userId } = verdict;
  if (userId !== undefined && userId !== NOBODY)
    return named([unreached(verdict, userId, userOf(partner, userId))]);
  const people = entries(partner.users).filter(
    ([, user]) => isPresent(user) && (roleOf(user) === 'admin' || !isDeliverable(user)),
  );
  return named(people.map(([id, user]) => unreached(verdict, id, user)));
};

const adminsIn = (users: Parameters<typeof entries<PartnerUser>>[0]) =>
  entries(users).filter(([, user]) => isPresent(user) && roleOf(user) === 'admin');

const named = (people: readonly UnreachedPerson[]): Unreached => ({
  people: people.slice(0, MAX_NAMED_PEOPLE),
  more: Math.max(0, people.length - MAX_NAMED_PEOPLE),
});

const unreached = (verdict: Verdict, userId: string, user: PartnerUser | undefined): UnreachedPerson => {
  const reason = reasonOf(verdict, userId, user);
  const address = user?.fields.email?.value;
  return {
    name: user?.fields.name?.value ?? userId,
    isOwner: false,
    reason,
    ...(reason === 'undeliverable-address' && address ? { address } : {}),
  };
};

const reasonOf = (
  { audience, subject }: Verdict,
  userId: string,
  user: PartnerUser | undefined,
): UnreachedReason => {
  if (!user?.added) return 'unknown-user';
  if (!isPresent(user)) return 'removed';
  if (!isActive(user)) return 'not-active';
  const withheld = audience.find((member) => member.userId === userId)?.reason;
  const known = UNREACHED_REASONS.find((one) => one === withheld);
  if (known) return known;
  if (!user.fields.email?.value) return 'no-address';
  if (subject.kind === 'socialAccount') return 'opted-out';
  return isDeliverable(user) ? 'no-digests' : 'undeliverable-address';
};
