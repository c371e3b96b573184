import { concernsAll, type Permission, roleHas } from './permission.js';
import type { Role } from './role.js';
import type { Scope } from './scope.js';

/** Who makes a request. */
export interface Principal {
  /** `key:<id>`, `oidc:<issuer>#<subject>`, `admin-key`, or `anonymous` while access is open. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  /** How the sources of its CloudEvents begin. Default: they are not limited. */
  readonly sources?: readonly string[] | undefined;
}

/** Everybody, as long as no access is configured and an instance listens on loopback only. */
export const ANONYMOUS: Principal = { id: 'anonymous', name: 'anonymous', role: 'admin', scope: 'all' };

/** Whoever may write to the inbox stream. */
export const INBOX: Principal = { id: 'inbox', name: 'inbox', role: 'publisher', scope: 'all' };

/** Those whose events have the actor and the keys from before there were principals, so that retries stay duplicates. */
const isPlatform = ({ id }: Principal): boolean => id === ANONYMOUS.id || id === INBOX.id;

/** The actor in the metadata of what the principal causes. */
export const actorOf = (principal: Principal): string => (isPlatform(principal) ? 'platform' : principal.id);

/** The actor of what the principal causes as an operator. While access is open that is nobody's name. */
export const operatorOf = ({ id }: Principal): string => (id === ANONYMOUS.id ? 'operator' : id);

/** Who says something: the principal, or whom the request names while access is open. */
export const saidBy = ({ id, name }: Principal, named: string): string =>
  id === ANONYMOUS.id ? named : name;

/**
 * Whose the idempotency keys of the principal's events are; undefined for those without an owner. The id of an API key survives its
 * rotation, and its idempotency keys with it.
 */
export const publisherOf = (principal: Principal): string | undefined =>
  isPlatform(principal) ? undefined : principal.id;

/** Whether the principal has the permission, for the solutions that it is bound to. */
export const isPermitted = ({ role, scope }: Principal, permission: Permission): boolean =>
  roleHas(role, permission) && (scope === 'all' || !concernsAll(permission));
