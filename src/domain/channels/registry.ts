import type { PartnerUser } from '../partner/partner-user.js';
import { type ChannelName, EMAIL } from './address.js';

/** A way to reach people. */
export interface ChannelDefinition {
  readonly name: ChannelName;
  /** Where it reaches a user; undefined where it does not, so that the user has no notification on this channel. */
  addressOf(user: PartnerUser | undefined): string | undefined;
}

/** Everybody has it: who has no address yet is still in the record, with an empty one. */
const email: ChannelDefinition = {
  name: EMAIL,
  addressOf: (user) => user?.fields.email?.value ?? '',
};

/** The channels there are. Each has an adapter, or Herald does not start. */
export const CHANNELS: readonly ChannelDefinition[] = [email];
