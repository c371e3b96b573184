import type * as z from 'zod';
import { PARTNER_TYPES, PARTNER_USER_TYPES } from './partner-types.js';
import { POST_TYPES } from './post-types.js';
import { SOCIAL_ACCOUNT_TYPES } from './social-account-types.js';
import { SOLUTION_TYPES } from './solution-types.js';

/**
 * Everything the platform can report to Herald: the CloudEvent type and the schema of its data. Unknown fields are ignored, so
 * a platform may send more than Herald reads.
 */
export const INBOUND_TYPES = {
  ...SOLUTION_TYPES,
  ...PARTNER_TYPES,
  ...PARTNER_USER_TYPES,
  ...SOCIAL_ACCOUNT_TYPES,
  ...POST_TYPES,
} satisfies Record<string, z.ZodObject>;

/** The type of a CloudEvent that Herald accepts. */
export type InboundType = keyof typeof INBOUND_TYPES;

/** The data of one type after parsing: defaults filled in, moments in UTC. */
export type InboundData<T extends InboundType> = z.output<(typeof INBOUND_TYPES)[T]>;

/** Whether Herald accepts this type; inherited names such as `constructor` do not count. */
export const isInboundType = (type: string): type is InboundType => Object.hasOwn(INBOUND_TYPES, type);

/** `herald.partner-user.added.v1` is PartnerUserAdded in API descriptions; a second version would be PartnerUserAddedV2. */
export const publishedName = (type: InboundType): string =>
  type
    .replace(/^herald\.|\.v1$/g, '')
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** All types, in the order of the contract. */
export const inboundTypes = Object.keys(INBOUND_TYPES).filter(isInboundType);
