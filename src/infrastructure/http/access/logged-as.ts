import { loggedOf } from '../../../domain/access/permission.js';
import type { RouteAccess } from './route-access.js';

const READS = new Set(['GET', 'HEAD']);

/**
 * What the access log keeps of a request.
 * @param method in upper case.
 * @param isNamed whether there is a principal to name. While there is none, changes are recorded and reads are not.
 */
export const loggedAs = (
  access: RouteAccess,
  method: string,
  isNamed: boolean,
): 'change' | 'read' | 'nothing' => {
  if (!('permission' in access)) return 'nothing';
  const { permission, reads, changes } = access;
  const logged = loggedOf(permission);
  if (READS.has(method)) {
    const isPersonal = reads === undefined ? logged === 'reads' : reads === 'personal-data';
    return isNamed && isPersonal ? 'read' : 'nothing';
  }
  return logged === 'nothing' || (changes === 'test' && !isNamed) ? 'nothing' : 'change';
};
