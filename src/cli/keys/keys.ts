import type { KeyView, NewKey } from '../../application/access/key-view.js';
import type { Role } from '../../domain/access/role.js';
import { HeraldClient } from '../herald-client.js';
import { tableLines } from '../terminal/table.js';
import { say, warn } from '../terminal/terminal.js';
import { credentialOf } from './credential.js';
import { expiryOf, overlapOf } from './key-lifetime.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

export interface CreateKeyOptions extends Options {
  readonly role: Role;
  readonly name?: string;
  readonly solution?: readonly string[];
  readonly source?: readonly string[];
  readonly expires?: string;
  readonly offline?: boolean;
}

/** Creates a key, and prints its text alone on standard output, so that a script can take it. @returns the exit code 0. */
export async function create(options: CreateKeyOptions): Promise<number> {
  const { role, solution, source, url, json } = options;
  const solutions = solution ?? ('all' as const);
  const grant = {
    ...{ name: options.name ?? `${role} for ${inWords(solutions)}`, role, solutions },
    ...(source && { sources: source }),
    ...expiryOf(options.expires),
  };
  const key = options.offline
    ? await (await import('./offline-keys.js')).createOffline(grant)
    : await new HeraldClient(url).post<NewKey>('/v1/keys', grant);
  // Without a credential only an open instance creates a key, and then it is open no longer.
  const isFirst = !options.offline && credentialOf(process.env) === undefined;
  if (isFirst && (role !== 'admin' || solutions !== 'all'))
    warn(
      'From now on every request needs a key, and this one cannot manage keys. Create one that can, on this machine: herald keys create --role admin --offline',
    );
  return printNew(key, json);
}

/** Lists keys. @returns the exit code 0. */
export async function list({ url, json }: Options): Promise<number> {
  const keys: KeyView[] = [];
  for await (const key of new HeraldClient(url).items<KeyView>('/v1/keys')) keys.push(key);
  if (json) say(...keys.map((key) => JSON.stringify(key)));
  else if (keys.length === 0) say('There are no API keys.');
  else say(...tableLines([HEAD, ...keys.map(rowOf)]));
  return 0;
}

/** Gives a key a new secret, and prints the new text alone on standard output. @returns the exit code 0. */
export async function rotate(
  id: string,
  { url, json, overlap, expires }: Options & { readonly overlap?: string; readonly expires?: string },
): Promise<number> {
  const rotation = {
    ...(overlap !== undefined && { overlap: overlapOf(overlap) }),
    ...expiryOf(expires),
  };
  const path = `/v1/keys/${encodeURIComponent(id)}/rotate`;
  return printNew(await new HeraldClient(url).post<NewKey>(path, rotation), json);
}

/** Revokes a key for good. @returns the exit code 0. */
export async function revoke(id: string, { url, json }: Options): Promise<number> {
  const key = await new HeraldClient(url).post<KeyView>(`/v1/keys/${encodeURIComponent(id)}/revoke`);
  say(json ? JSON.stringify(key) : `The API key ${key.id} (${key.name}) was revoked at ${key.revokedAt}.`);
  return 0;
}

const printNew = (key: NewKey, json = false): number => {
  if (json) {
    say(JSON.stringify(key));
    return 0;
  }
  warn(`API key ${key.id} (${key.name}): ${key.role} for ${inWords(key.solutions)}, ${validity(key)}.`);
  if (key.previousValidUntil) warn(`The old secret is valid until ${key.previousValidUntil}.`);
  warn('This is its text. It is not shown again; send it as Authorization: Bearer <key>.');
  say(key.key);
  return 0;
};

const inWords = (solutions: KeyView['solutions']): string =>
  solutions === 'all' ? 'all solutions' : solutions.join(', ');

const validity = ({ expiresAt }: KeyView): string =>
  expiresAt ? `valid until ${expiresAt}` : 'without an end';

const HEAD = ['id', 'role', 'solutions', 'status', 'expires', 'last used', 'name'];

const rowOf = (key: KeyView): readonly string[] => [
  ...[key.id, key.role, inWords(key.solutions), key.status],
  ...[key.expiresAt ?? 'never', key.lastUsedAt ?? 'never', key.name],
];
