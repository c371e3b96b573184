import type { Instant } from '../kernel/event.js';
import type { Register, Registers } from '../kernel/last-write-wins.js';
import type { ContentFrequency, Policies } from '../solution/solution.js';

export type Role = 'admin' | 'member';

/** What is known of a person; each field for itself, because facts come in any order. */
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
  /** Since when Herald knows of what decides about their digests: presence, role, frequency. */
  readonly digestsSince?: Instant;
  /** When Herald was last told of them. */
  readonly toldAt?: Instant;
}

export const NEW_USER: PartnerUser = { fields: {} };

/** Whether they were added, and not removed since. */
export const isPresent = ({ added, removed }: PartnerUser): boolean =>
  added !== undefined && !(removed && removed.at >= added.at);

/** Whether they have access and may use it. */
export const isActive = (user: PartnerUser): boolean => isPresent(user) && user.fields.active?.value === true;

export const roleOf = (user: PartnerUser): Role | undefined => user.fields.role?.value;

/** How often they want to hear of content: as chosen, or by the solution's default for their role. */
export const frequencyOf = (user: PartnerUser, policies: Policies): ContentFrequency =>
  user.fields.contentApproval?.value ?? policies.contentApprovalDefault[roleOf(user) ?? 'member'];

/** Whether they chose not to hear of social accounts that expire. */
export const hasOptedOut = (user: PartnerUser): boolean => user.fields.accountExpiration?.value === 'off';
