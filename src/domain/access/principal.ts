import { concernsAll, type Permission, roleHas } from './permission.js';
import type { Role } from './role.js';
import type { Scope } from './scope.js';

/** Who makes a request. */
export interface Principal {
  /** `key:<id>`, `oidc:<issuer>#<subject>`, or `anonymous` while access is open. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
}

/** Everybody, as long as no access is configured and an instance listens on loopback only. */
export const ANONYMOUS: Principal = { id: 'anonymous', name: 'anonymous', role: 'admin', scope: 'all' };

/** Whether the principal has the permission, for the solutions that it is bound to. */
export const isPermitted = ({ role, scope }: Principal, permission: Permission): boolean =>
  roleHas(role, permission) && (scope === 'all' || !concernsAll(permission));
