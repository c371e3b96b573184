import type { Permission } from '../../../domain/access/permission.js';

/** A page that the navigation leads to. */
export interface Destination {
  readonly label: string;
  readonly href: string;
  readonly permission: Permission;
  /** The second key after `g` that goes there. */
  readonly key: string;
  /** Only where there is a test clock, or an outbox. */
  readonly only?: 'test-clock' | 'outbox';
}

export interface Group {
  readonly label: string;
  readonly destinations: readonly Destination[];
}

const to = (
  label: string,
  path: string,
  key: string,
  permission: Permission,
  only?: Destination['only'],
): Destination => ({
  ...{ label, key, permission, href: path ? `/console/${path}` : '/console' },
  ...(only ? { only } : {}),
});

/** All pages that the navigation leads to. */
export const NAVIGATION: readonly Group[] = [
  {
    label: 'Audit',
    destinations: [
      to('Overview', '', 'o', 'history:read'),
      to('History', 'history', 'h', 'history:read'),
      to('Why not?', 'why-not', 'w', 'history:read'),
      to('Agenda', 'agenda', 'a', 'history:read'),
      to('Coverage', 'coverage', 'c', 'history:read'),
    ],
  },
  {
    label: 'Registry',
    destinations: [
      to('People', 'people', 'p', 'history:read'),
      to('Accounts', 'accounts', 's', 'history:read'),
      to('Queues', 'queues', 'q', 'history:read'),
      to('Partners', 'partners', 'r', 'history:read'),
      to('Solutions', 'solutions', 'l', 'history:read'),
    ],
  },
  {
    label: 'Operations',
    destinations: [
      to('Projections', 'projections', 'j', 'operations:read'),
      to('Operations', 'operations', 'e', 'operations:read'),
      to('Keys', 'keys', 'k', 'keys:manage'),
      to('Access log', 'access-log', 'x', 'access-log:read'),
      to('Templates', 'templates', 't', 'history:read'),
      to('Outbox', 'outbox', 'b', 'history:read', 'outbox'),
      to('Test clock', 'test-clock', 'm', 'operations:read', 'test-clock'),
    ],
  },
];
