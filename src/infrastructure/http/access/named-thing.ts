import type { NamedThing } from '../../../application/access-log/find-concerned-solutions.js';

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

/** What the parameters of a query name. The first one decides: a partner also says which of several people is meant. */
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
 * The one thing that a request is about: the one in its path, else the one that its query names.
 * @param route its pattern, such as `/v1/notifications/:id/why`.
 */
export const namedThing = (route: string, params: unknown, query: unknown): NamedThing | undefined => {
  const asked = (query ?? {}) as Readonly<Record<string, unknown>>;
  const [, collection = '', parameter = ''] = BELOW_A_COLLECTION.exec(route) ?? [];
  const kind = COLLECTIONS[collection];
  // A user id can be in use at several partners.
  if (kind && !(kind === 'person' && asked.partner))
    return thingOf(kind, (params as Readonly<Record<string, unknown>>)[parameter]);
  const [filter, of] = Object.entries(FILTERS).find(([name]) => asked[name]) ?? [];
  return filter === undefined || of === undefined ? undefined : thingOf(of, asked[filter]);
};

/** Ids of notifications are accepted in any case. */
const thingOf = (kind: Kind, id: unknown): NamedThing | undefined => {
  if (typeof id !== 'string') return undefined;
  return { kind, id: kind === 'notification' ? id.toLowerCase() : id };
};
