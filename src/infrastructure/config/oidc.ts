import * as z from 'zod';
import { ROLES, type Role } from '../../domain/access/role.js';
import { words } from './words.js';

/** Keys that are fetched over plain HTTP from elsewhere could be anybody's. */
const issuerUrl = z
  .string()
  .max(2_048)
  .regex(
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/,
    'Expected an address that begins with https://; http:// is for this machine only.',
  )
  .refine((url) => URL.canParse(url), 'Expected an address.');

const claim = z.string().min(1).max(256);

/** The settings of an OpenID provider. */
export const OIDC_SETTINGS = {
  HERALD_OIDC_ISSUER: issuerUrl.optional(),
  HERALD_OIDC_AUDIENCE: z.string().min(1).max(512).optional(),
  HERALD_OIDC_JWKS_URL: issuerUrl.optional(),
  HERALD_OIDC_ROLE_CLAIM: claim.default('herald_role'),
  HERALD_OIDC_SOLUTIONS_CLAIM: claim.default('herald_solutions'),
  HERALD_OIDC_UNBOUND_ROLES: words(/[\s,]+/)
    .refine(
      (names): names is readonly Role[] => names.every((name) => (ROLES as readonly string[]).includes(name)),
      `Expected roles with spaces between: ${ROLES.join(', ')}.`,
    )
    .optional(),
};

interface Problem {
  readonly name: string;
  readonly message: string;
}

/** What is missing: a provider needs an audience, and the other settings need a provider. */
export const oidcProblems = (settings: Readonly<Record<string, string | undefined>>): readonly Problem[] => {
  const { HERALD_OIDC_ISSUER: issuer, HERALD_OIDC_AUDIENCE: audience } = settings;
  if (issuer)
    return audience
      ? []
      : [{ name: 'HERALD_OIDC_AUDIENCE', message: 'Expected what the tokens for Herald name in aud.' }];
  return Object.keys(settings)
    .filter((name) => name in OIDC_SETTINGS)
    .map((name) => ({ name, message: 'Set HERALD_OIDC_ISSUER, too.' }));
};
