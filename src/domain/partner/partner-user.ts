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

export interface PartnerUser {
  readonly fields: Registers<UserFields>;
  readonly added?: Register<true>;
  readonly removed?: Register<true>;
  /** Since when Herald knows what decides about their digests: presence, role, frequency. */
  readonly digestsSince?: Instant;
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
