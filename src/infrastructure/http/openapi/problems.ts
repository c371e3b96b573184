import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { loggedAs } from '../access/logged-as.js';
import type { RouteAccess } from '../access/route-access.js';
import { statusOf } from '../problems/problem.js';
import type { Route } from './routes.js';

/** Every request can be refused so: before it reaches a route, or because an instance is overloaded or fails. */
const ALWAYS: readonly ErrorCode[] = [
  'malformed-request',
  'misdirected-request',
  'headers-too-large',
  'request-timeout',
  'too-many-open-requests',
  'too-many-requests',
  'internal-error',
];

/** Refusals of a body before it is read as JSON. */
const OF_BODIES: readonly ErrorCode[] = [
  'payload-too-large',
  'too-many-bytes-in-flight',
  'malformed-json',
  'unsupported-content-encoding',
];

/** What the API refuses because of the browser, or the page, that sends it. */
const OF_API: readonly ErrorCode[] = ['cross-site-request'];

/** Whose request it is, and whether they may make it. */
const OF_ACCESS: readonly ErrorCode[] = [
  'credential-missing',
  'credential-invalid',
  'issuer-unavailable',
  'permission-missing',
];

/** What a store that is away, and read models that do not follow the log, make of a request. */
const OF_STORES: readonly ErrorCode[] = [
  'document-store-unavailable',
  'event-store-closed',
  'event-store-unavailable',
  'projection-newer',
  'projections-stopped',
  'read-models-rebuilding',
  'shutting-down',
];

/** All codes with which a route can refuse a request, sorted. */
export const errorsOf = ({ method, inputs, access, operation, limitErrors }: Route): readonly ErrorCode[] => {
  const isRead = method === 'get';
  const hasJsonBody = inputs.some(({ from, schema }) => from === 'body' && schema);
  const isChecked = inputs.some(({ schema }) => schema);
  return unique([
    ...ALWAYS,
    ...(isRead ? [] : OF_BODIES),
    ...(isOutside(access) ? [] : OF_API),
    // A body that is not JSON is refused by routes without a body, too: the form of another site would send one.
    ...(isRead || isOutside(access) ? [] : (['unsupported-content-type'] as const)),
    ...(hasJsonBody ? (['json-too-complex'] as const) : []),
    ...(isChecked ? (['invalid-request'] as const) : []),
    ...(access && 'permission' in access ? OF_ACCESS : []),
    ...(isAnsweredFromMemory(access) ? [] : OF_STORES),
    ...(isLogged({ access, method }) ? (['access-log-unavailable', 'invalid-request'] as const) : []),
    ...limitErrors,
    ...(operation?.errors ?? []),
  ]);
};

/** Recipients and mail providers reach the route from outside. */
const isOutside = (access: RouteAccess | undefined): boolean =>
  access !== undefined && 'publicTo' in access && access.publicTo !== 'anyone';

/** Whether the access log keeps such requests. */
export const isLogged = ({ access, method }: Pick<Route, 'access' | 'method'>): boolean =>
  access !== undefined && loggedAs(access, method.toUpperCase(), true) !== 'nothing';

/** What anyone may ask is the same in every installation, or the health of this one. */
const isAnsweredFromMemory = (access: RouteAccess | undefined): boolean =>
  access !== undefined && 'publicTo' in access && access.publicTo === 'anyone';

const unique = (codes: readonly ErrorCode[]): readonly ErrorCode[] => [...new Set(codes)].sort();

/** The codes by their status, the lowest status first. */
export const byStatus = (codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> => {
  const found = new Map<number, ErrorCode[]>();
  for (const code of codes) found.set(statusOf(code), [...(found.get(statusOf(code)) ?? []), code]);
  return new Map([...found].sort(([a], [b]) => a - b));
};

/** What a status is called in the document: `Not Found`. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';
