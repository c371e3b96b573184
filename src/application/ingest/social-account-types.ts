import * as z from 'zod';
import { identifier, instant, isObject, network, text, unknownOrInstant } from '../schemas/fields.js';
import { alsoExpects } from '../schemas/published-schema.js';

const accountId = identifier.describe('The social account.');
const authorisationExpiresAt = unknownOrInstant.describe(
  'When the partner must grant permission again; absent or null if unknown.',
);

interface Owned {
  readonly kind: string;
  readonly ownerId?: string | undefined;
}

const personalHasOwner = z.refine<Owned>(
  ({ kind, ownerId }) => kind !== 'personal' || ownerId !== undefined,
  {
    path: ['ownerId'],
    error: 'Required for a personal account: the user who owns it.',
    when: isObject,
  },
);

const companyHasNoOwner = z.refine<Owned>(
  ({ kind, ownerId }) => kind !== 'company' || ownerId === undefined,
  {
    path: ['ownerId'],
    error: 'Expected no owner: all Partner Admins are responsible for a company account.',
    when: isObject,
  },
);

/** What the platform reports about social accounts. */
export const SOCIAL_ACCOUNT_TYPES = {
  'herald.social-account.connected.v1': z
    .object({
      accountId,
      partnerId: identifier.describe('The partner that connected it.'),
      network: network.describe('The network: facebook, instagram, linkedin, x or another.'),
      kind: z.enum(['personal', 'company']).meta({
        title: 'SocialAccountKind',
        description: 'Whether it belongs to one person or to the company.',
      }),
      ownerId: identifier.optional().describe('The user who owns a personal account.'),
      displayName: text(200).describe("The account's name on its network."),
      authorisationExpiresAt,
    })
    .check(personalHasOwner, companyHasNoOwner)
    .meta(alsoExpects('A personal account has an ownerId, a company account has none.'))
    .describe('A partner connected a social account.'),
  'herald.social-account.token-expiring.v1': z
    .object({
      accountId,
      authorisationExpiresAt: instant.describe('When the partner must grant permission again.'),
    })
    .describe('The platform learned when an authorisation ends.'),
  'herald.social-account.authorisation-renewed.v1': z
    .object({ accountId, authorisationExpiresAt })
    .describe('The partner granted permission again.'),
  'herald.social-account.token-invalidated.v1': z
    .object({ accountId, reason: text(500).describe("The network's reason, for the partner to read.") })
    .describe('A network refused the token: permission must be granted again.'),
  'herald.social-account.removed.v1': z.object({ accountId }).describe('A social account was removed.'),
};
