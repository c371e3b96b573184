import type { NamedThing } from '../../../application/access-log/find-concerned-solutions.js';
import type { RecordedFields } from './recorded-body.js';

type Kind = NamedThing['kind'];

/** What the routes below a collection are about, by the name of the collection in the API and in the console. */
export const COLLECTIONS: Readonly<Record<string, Kind>> = {
  notifications: 'notification',
  'social-accounts': 'account',
  accounts: 'account',
  'approval-queues': 'partner',
  queues: 'partner',
  partners: 'partner',
  people: 'person',
  solutions: 'solution',
  outbox: 'mail',
  keys: 'key',
};

/** What the parameters of a query name. */
export const FILTERS: Readonly<Record<string, Kind>> = {
  notification: 'notification',
  file: 'mail',
  account: 'account',
  partner: 'partner',
  solution: 'solution',
  person: 'person',
  recipient: 'person',
  owner: 'person',
};

const BELOW_A_COLLECTION = /^\/(?:v1|console)\/([^/]+)\/:(\w+)/;

/**
 * The things that a request names, in its path and in its query, and the solutions in what is recorded of its body.
 * @param route its pattern, such as `/v1/notifications/:id/why`.
 */
export const namedThings = (
  route: string,
  params: unknown,
  query: unknown,
  { solutions }: RecordedFields,
): readonly NamedThing[] => {
  const asked = (query ?? {}) as Readonly<Record<string, unknown>>;
  const [, collection = '', parameter = ''] = BELOW_A_COLLECTION.exec(route) ?? [];
  const inPath = thingOf(
    COLLECTIONS[collection],
    (params as Readonly<Record<string, unknown>>)?.[parameter],
    asked,
  );
  const inQuery = Object.entries(FILTERS).map(([name, kind]) => thingOf(kind, asked[name], asked));
  const inBody = Array.isArray(solutions) ? solutions.map((id) => thingOf('solution', id, asked)) : [];
  return [inPath, ...inQuery, ...inBody].filter((thing) => thing !== undefined);
};

const thingOf = (
  kind: Kind | undefined,
  id: unknown,
  { partner }: Readonly<Record<string, unknown>>,
): NamedThing | undefined => {
  if (kind === undefined || typeof id !== 'string' || id === '') return undefined;
  if (kind === 'person') return { kind, id, partnerId: typeof partner === 'string' ? partner : undefined };
  // Ids of notifications are accepted in any case.
  return { kind, id: kind === 'notification' ? id.toLowerCase() : id };
};
