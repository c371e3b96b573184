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
  HERALD_OIDC_CLIENT_ID: z.string().min(1).max(512).optional(),
  HERALD_OIDC_CLIENT_SECRET: z.string().min(1).max(4_096).optional(),
  HERALD_OIDC_SCOPES: words(/[\s,]+/).optional(),
};

/** They concern signing in to the console. */
const FOR_SIGN_IN = ['HERALD_OIDC_CLIENT_SECRET', 'HERALD_OIDC_SCOPES'];

interface Problem {
  readonly name: string;
  readonly message: string;
}

/** What is missing: a provider needs an audience, the other settings need a provider, and signing in needs a client. */
export const oidcProblems = (settings: Readonly<Record<string, string | undefined>>): readonly Problem[] => {
  const { HERALD_OIDC_ISSUER: issuer, HERALD_OIDC_AUDIENCE: audience, HERALD_OIDC_CLIENT_ID } = settings;
  if (issuer)
    return [
      ...(audience
        ? []
        : [{ name: 'HERALD_OIDC_AUDIENCE', message: 'Expected what the tokens for Herald name in aud.' }]),
      ...FOR_SIGN_IN.filter((name) => settings[name] && !HERALD_OIDC_CLIENT_ID).map((name) => ({
        name,
        message: 'Set HERALD_OIDC_CLIENT_ID, too.',
      })),
    ];
  return Object.keys(settings)
    .filter((name) => name in OIDC_SETTINGS)
    .map((name) => ({ name, message: 'Set HERALD_OIDC_ISSUER, too.' }));
};
