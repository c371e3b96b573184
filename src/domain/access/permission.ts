import type { Role } from './role.js';

/**
 * What the access log keeps: `reads` of personal data as well as changes, `changes` only, or nothing, because what a request does
 * is on record by itself.
 */
type Logged = 'reads' | 'changes' | 'nothing';

/**
 * Each permission with the roles that have it, whether it concerns all solutions at once (then a principal that is bound to
 * solutions does not have it), and what the access log keeps of the routes that require it.
 */
const PERMISSIONS = {
  'events:publish': { roles: ['publisher', 'admin'], concerns: 'some', logged: 'nothing' },
  'history:read': { roles: ['auditor', 'admin'], concerns: 'some', logged: 'reads' },
  'notifications:resolve': { roles: ['admin'], concerns: 'some', logged: 'changes' },
  'operations:read': { roles: ['auditor', 'admin'], concerns: 'all', logged: 'changes' },
  'operations:manage': { roles: ['admin'], concerns: 'all', logged: 'changes' },
  'keys:manage': { roles: ['admin'], concerns: 'some', logged: 'changes' },
  'access-log:read': { roles: ['admin'], concerns: 'some', logged: 'reads' },
} as const satisfies Record<
  string,
  { readonly roles: readonly Role[]; readonly concerns: 'some' | 'all'; readonly logged: Logged }
>;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** Whether the role includes the permission. */
export const roleHas = (role: Role, permission: Permission): boolean =>
  (PERMISSIONS[permission].roles as readonly Role[]).includes(role);

/** Whether the permission concerns all solutions at once, as a rebuild does. */
export const concernsAll = (permission: Permission): boolean => PERMISSIONS[permission].concerns === 'all';

/** What the access log keeps of a route that requires the permission. */
export const loggedOf = (permission: Permission): Logged => PERMISSIONS[permission].logged;
