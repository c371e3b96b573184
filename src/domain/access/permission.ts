import type { Role } from './role.js';

/**
 * Each permission with the roles that have it, and whether it concerns all solutions at once: then a principal that is bound to
 * solutions does not have it.
 */
const PERMISSIONS = {
  'events:publish': { roles: ['publisher', 'admin'], concerns: 'some' },
  'history:read': { roles: ['auditor', 'admin'], concerns: 'some' },
  'notifications:resolve': { roles: ['admin'], concerns: 'some' },
  'operations:read': { roles: ['auditor', 'admin'], concerns: 'all' },
  'operations:manage': { roles: ['admin'], concerns: 'all' },
  'keys:manage': { roles: ['admin'], concerns: 'some' },
  'access-log:read': { roles: ['admin'], concerns: 'some' },
} as const satisfies Record<string, { readonly roles: readonly Role[]; readonly concerns: 'some' | 'all' }>;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** Whether the role includes the permission. */
export const roleHas = (role: Role, permission: Permission): boolean =>
  (PERMISSIONS[permission].roles as readonly Role[]).includes(role);

/** Whether the permission concerns all solutions at once, as a rebuild does. */
export const concernsAll = (permission: Permission): boolean => PERMISSIONS[permission].concerns === 'all';
