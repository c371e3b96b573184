import type { JWTPayload } from 'jose';
import type { Principal } from '../../domain/access/principal.js';
import { ROLES, type Role } from '../../domain/access/role.js';
import type { Scope } from '../../domain/access/scope.js';
import { MAX_SOLUTIONS_PER_PRINCIPAL } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** Which claims of a token say what its principal may do. */
export interface ClaimNames {
  /** Its value, or one of its values, is a role. `realm_access.roles` is a claim within a claim. */
  readonly roleClaim: string;
  /** Its values are ids of solutions, or `*` for all. */
  readonly solutionsClaim: string;
  /** Roles whose tokens cover all solutions if they lack that claim. */
  readonly unboundRoles: readonly Role[];
}

const MAX_SUBJECT = 255;
const MAX_NAME = 100;

/**
 * The principal that the claims of a verified token are about.
 * @throws HeraldError `permission-missing` if they give no role, or do not say for which solutions.
 */
export const principalOf = (issuer: string, claims: JWTPayload, names: ClaimNames): Principal => {
  const { sub: subject = '' } = claims;
  if (subject.length === 0 || subject.length > MAX_SUBJECT)
    throw refused(`the claim sub must have 1 to ${MAX_SUBJECT} characters`);
  const role = roleOf(claims, names);
  return {
    id: `oidc:${issuer}#${subject}`,
    name: nameOf(claims, subject),
    role,
    scope: scopeOf(claims, names, role),
  };
};

const roleOf = (claims: JWTPayload, { roleClaim }: ClaimNames): Role => {
  const values = valuesOf(claims, roleClaim) ?? [];
  const roles = ROLES.filter((role) => values.includes(role));
  if (roles.includes('admin')) return 'admin';
  const [role, other] = roles;
  if (!role) throw refused(`its claim ${roleClaim} is none of ${ROLES.join(', ')}`);
  if (other) throw refused(`its claim ${roleClaim} has several roles: ${roles.join(', ')}`);
  return role;
};

/** A token that does not say for which solutions it is never covers all of them by accident. */
const scopeOf = (claims: JWTPayload, { solutionsClaim, unboundRoles }: ClaimNames, role: Role): Scope => {
  const values = valuesOf(claims, solutionsClaim);
  if (values?.includes('*')) return 'all';
  if (values && values.length > MAX_SOLUTIONS_PER_PRINCIPAL)
    throw refused(`its claim ${solutionsClaim} has more than ${MAX_SOLUTIONS_PER_PRINCIPAL} values`);
  if (values && values.length > 0) return [...new Set(values)];
  if (values === undefined && unboundRoles.includes(role)) return 'all';
  throw refused(`its claim ${solutionsClaim} names no solutions, nor * for all`);
};

/** The texts of a claim: a text with spaces between, as in `scope`, or a list. Undefined if there is no such claim. */
const valuesOf = (claims: JWTPayload, name: string): readonly string[] | undefined => {
  const claim = claimOf(claims, name);
  if (claim === undefined || claim === null) return undefined;
  if (typeof claim === 'string') return claim.split(/\s+/).filter(Boolean);
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
};

/** A claim of that name, or else a claim within claims: names may contain dots themselves. */
const claimOf = (claims: object, name: string): unknown => {
  if (Object.hasOwn(claims, name)) return (claims as Readonly<Record<string, unknown>>)[name];
  return name
    .split('.')
    .reduce<unknown>(
      (outer, part) =>
        typeof outer === 'object' && outer !== null && Object.hasOwn(outer, part)
          ? (outer as Readonly<Record<string, unknown>>)[part]
          : undefined,
      claims,
    );
};

const NAME_CLAIMS = ['name', 'preferred_username', 'client_id', 'azp'];

/** What people call the subject, on one line. */
const nameOf = (claims: JWTPayload, subject: string): string => {
  const [name = subject] = NAME_CLAIMS.map((claim) => claims[claim]).filter(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  return name
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME);
};

const refused = (why: string): HeraldError =>
  new HeraldError(
    'permission-missing',
    `The token is valid, but gives no access: ${why}. Ask the admin of the OpenID provider, or see docs/access.md.`,
  );
