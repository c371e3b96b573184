import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { statusOf } from '../problem.js';
import type { Route } from './routes.js';

/** Every request can be refused so: before it reaches a route, or because an instance is overloaded or fails. */
const ALWAYS: readonly ErrorCode[] = [
  'malformed-request',
  'headers-too-large',
  'request-timeout',
  'too-many-open-requests',
  'too-many-requests',
  'internal-error',
];

/** Refusals of a body before it is read as JSON. */
const OF_BODIES: readonly ErrorCode[] = ['payload-too-large', 'too-many-bytes-in-flight', 'malformed-json'];

/** What a store that is away, and read models that do not follow the log, make of a request. */
const OF_STORES: readonly ErrorCode[] = [
  'document-store-unavailable',
  'event-store-closed',
  'event-store-unavailable',
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
    ...(hasJsonBody ? (['json-too-complex'] as const) : []),
    ...(isChecked ? (['invalid-request'] as const) : []),
    ...(access && 'permission' in access ? OF_STORES : []),
    ...limitErrors,
    ...(operation?.errors ?? []),
  ]);
};

const unique = (codes: readonly ErrorCode[]): readonly ErrorCode[] => [...new Set(codes)].sort();

/** The codes by their status, the lowest status first. */
export const byStatus = (codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> => {
  const found = new Map<number, ErrorCode[]>();
  for (const code of codes) found.set(statusOf(code), [...(found.get(statusOf(code)) ?? []), code]);
  return new Map([...found].sort(([a], [b]) => a - b));
};

/** What a status is called in the document: `Not Found`. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';
