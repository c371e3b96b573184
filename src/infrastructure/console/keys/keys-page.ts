import type { KeyView, NewKey } from '../../../application/access/key-view.js';
import type { KeyPage } from '../../../application/access/list-keys.js';
import { ANONYMOUS, type Principal } from '../../../domain/access/principal.js';
import { ROLES, type Role } from '../../../domain/access/role.js';
import type { Confirmation } from '../kit/confirmation.js';
import { duration } from '../kit/format.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { LIFETIMES, OVERLAPS } from './key-forms.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly isSelected: boolean;
}

/** A key as the pages show it. */
interface KeyRow extends Omit<KeyView, 'solutions' | 'sources'> {
  readonly href: string;
  readonly solutions: string;
  readonly sources: string | undefined;
  readonly isRevoked: boolean;
}

/** What the view `keys` shows. */
export interface KeysPage extends PageModel {
  readonly rows: readonly KeyRow[];
  /** The solutions that are meant, for somebody who is bound to some. */
  readonly boundTo: string | undefined;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

/** What the view `new-key` shows. */
export interface NewKeyPage extends PageModel {
  readonly roles: readonly Option[];
  readonly lifetimes: readonly Option[];
  readonly canReachAll: boolean;
  /** The solutions that the principal is bound to, a line each. */
  readonly ownSolutions: string;
  /** Access is open, and ends with the first key. */
  readonly endsOpenAccess: boolean;
}

/** What the view `key` shows. */
export interface KeyModel extends PageModel {
  readonly key: KeyRow;
  readonly overlaps: readonly Option[];
  readonly lifetimes: readonly Option[];
}

/** What the view `key-text` shows: the only page that ever has the text of a key. */
export interface KeyTextPage extends PageModel {
  readonly text: string;
  readonly key: KeyRow;
  /** From now on everybody needs a key. */
  readonly endsOpenAccess: boolean;
  /** This key cannot make others, and there was none before it. */
  readonly cannotManageKeys: boolean;
}

const PATH = at('keys');

const ROLE_SAYS: Readonly<Record<Role, string>> = {
  publisher: 'Publisher: sends events',
  auditor: 'Auditor: reads everything, changes nothing',
  admin: 'Admin: reads and changes everything',
};

const DAY_S = 86_400;

const lifetimeSays = (days: string): string =>
  days === 'never' ? 'Never' : `In ${duration(Number(days) * DAY_S)}`;

const optionsOf = (values: readonly string[], current: string, says: (value: string) => string) =>
  values.map((value): Option => ({ value, label: says(value), isSelected: value === current }));

const isOpen = ({ id }: Principal): boolean => id === ANONYMOUS.id;

const keyRow = ({ solutions, sources, ...key }: KeyView): KeyRow => ({
  ...key,
  href: at('keys', key.id),
  solutions: solutions === 'all' ? 'All' : solutions.join(', '),
  sources: sources?.join(', '),
  isRevoked: key.status === 'revoked',
});

/** The page of keys. */
export const keysPage = (
  { items, next }: KeyPage,
  after: string | undefined,
  { scope }: Principal,
): KeysPage => ({
  title: 'Keys',
  rows: items.map(keyRow),
  boundTo: scope === 'all' ? undefined : scope.join(', '),
  next: next === null ? undefined : href(PATH, { after: next }),
  first: after === undefined ? undefined : PATH,
});

/** The page with the form of a new key. */
export const newKeyPage = (principal: Principal): NewKeyPage => ({
  title: 'New key',
  roles: optionsOf(ROLES, isOpen(principal) ? 'admin' : 'auditor', (role) => ROLE_SAYS[role as Role]),
  lifetimes: optionsOf(LIFETIMES, '365', lifetimeSays),
  canReachAll: principal.scope === 'all',
  ownSolutions: principal.scope === 'all' ? '' : principal.scope.join('\n'),
  endsOpenAccess: isOpen(principal),
});

/** The page of one key. */
export const keyPage = (key: KeyView): KeyModel => ({
  title: key.name,
  key: keyRow(key),
  overlaps: optionsOf(OVERLAPS, '86400', (seconds) =>
    seconds === '0' ? 'Not at all: it ends at once' : `For ${duration(Number(seconds))}`,
  ),
  lifetimes: optionsOf(['same', ...LIFETIMES], 'same', (days) =>
    days === 'same' ? 'After as long as the old one' : lifetimeSays(days),
  ),
});

/** The page that answers a form with the text of a key. */
export const keyTextPage = ({ key: text, ...key }: NewKey, title: string, by: Principal): KeyTextPage => ({
  ...{ title, text, key: keyRow(key) },
  endsOpenAccess: isOpen(by),
  cannotManageKeys: isOpen(by) && (key.role !== 'admin' || key.solutions !== 'all'),
});

/** What revoking a key will do. */
export const revocation = ({ id, name, lastUsedAt }: KeyView, by: Principal): Confirmation => ({
  title: `Revoke ${name}`,
  says: [
    'Whoever uses it is refused within a second, on every instance. It cannot be made valid again.',
    lastUsedAt === undefined ? 'It was never used.' : `It was last used at ${lastUsedAt}.`,
    ...(by.id === `key:${id}` ? ['It is the key that you are signed in with: you will be signed out.'] : []),
  ],
  action: at('keys', id, 'revoke'),
  button: 'Revoke it',
  isDangerous: true,
  back: at('keys', id),
});
