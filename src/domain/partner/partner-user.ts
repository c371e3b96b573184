import { readEmailAddress } from '../channels/email-address.js';
import type { Instant } from '../kernel/event.js';
import type { Register, Registers } from '../kernel/last-write-wins.js';
import type { ContentFrequency, Policies } from '../solution/solution.js';

export type Role = 'admin' | 'member';

/** What is known of a person. Each field is last-write-wins by itself, because events arrive in any order. */
export interface UserFields {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly locale: string | undefined;
  readonly active: boolean;
  readonly contentApproval: ContentFrequency;
  readonly accountExpiration: 'on' | 'off';
}

/** Why nothing more is sent to an address. */
export type UndeliverableReason = 'rejected' | 'bounced' | 'complained';

/** What is known of an address that does not work, or whose owner has complained. */
export interface Undeliverable {
  readonly address: string;
  readonly reason: UndeliverableReason;
  /** The mail that showed it. */
  readonly notificationId: string;
  /** When Herald learned of it. */
  readonly since: Instant;
}

export interface PartnerUser {
  readonly fields: Registers<UserFields>;
  /** Their address, as long as the platform has not changed it, is not written to. */
  readonly undeliverable?: Undeliverable;
  readonly added?: Register<true>;
  readonly removed?: Register<true>;
  /** How often they had chosen to get digests before they last ended them. */
  readonly subscribedTo?: ContentFrequency;
  /** Since when Herald knows what decides about their digests: presence, role, frequency. */
  readonly digestsSince?: Instant;
  /** Since when Herald knows that they are, or are not, active. */
  readonly activeSince?: Instant;
  /** Since when Herald knows of their role. */
  readonly roleSince?: Instant;
  /** Since when Herald knows whether they opted out of mails about social accounts that expire. */
  readonly optInSince?: Instant;
  /** Since when Herald knows whether their address can be written to, if that ever changed. */
  readonly deliverableSince?: Instant;
  /** When something about them was last reported to Herald. */
  readonly toldAt?: Instant;
}

export const NEW_USER: PartnerUser = { fields: {} };

/** Whether they were added, and not removed since. */
export const isPresent = ({ added, removed }: PartnerUser): boolean =>
  added !== undefined && !(removed && removed.at >= added.at);

/** Whether they have access and may use it. */
export const isActive = (user: PartnerUser): boolean => isPresent(user) && user.fields.active?.value === true;

export const roleOf = (user: PartnerUser): Role | undefined => user.fields.role?.value;

/** How often they get digests: as chosen, or by the solution's default for their role. */
export const frequencyOf = (user: PartnerUser, policies: Policies): ContentFrequency =>
  user.fields.contentApproval?.value ?? policies.contentApprovalDefault[roleOf(user) ?? 'member'];

/** Whether they opted out of mails about social accounts that expire. */
export const hasOptedOut = (user: PartnerUser): boolean => user.fields.accountExpiration?.value === 'off';

/** Whether two addresses are one mailbox: mail servers ignore the case. */
export const isSameAddress = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase();

/** Why no mail can have their address; logs of older versions hold addresses that are refused today. */
export const addressProblemOf = ({ fields }: PartnerUser): string | undefined =>
  fields.email?.value ? readEmailAddress(fields.email.value).problem : undefined;

/** Whether nothing is known against writing to their address. */
export const isDeliverable = (user: PartnerUser): boolean =>
  user.undeliverable === undefined && addressProblemOf(user) === undefined;
