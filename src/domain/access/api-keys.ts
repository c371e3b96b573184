import { MAX_API_KEYS, MAX_ENDED_API_KEYS, MAX_SECRETS_PER_KEY } from '../bounds.js';
import type { Decider, Fact, Instant, Recorded } from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { earliestOf } from '../kernel/instant.js';
import type { Role } from './role.js';
import type { Scope } from './scope.js';

/** What is kept of the secret of a key. */
export interface KeySecret {
  readonly hash: string;
  /** The moment from which it is no longer valid. Undefined: it does not expire. */
  readonly until?: Instant | undefined;
}

/** What a key permits, and to whom. */
interface KeyTerms {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  /** How the sources of the CloudEvents begin that it publishes. Undefined: they are not limited. */
  readonly sources?: readonly string[] | undefined;
  /** The name of the principal that created it. */
  readonly createdBy: string;
}

export interface ApiKey extends KeyTerms {
  readonly createdAt: Instant;
  /** The newest first, then those from before its rotations. */
  readonly secrets: readonly KeySecret[];
  readonly rotatedAt?: Instant | undefined;
  readonly revokedAt?: Instant | undefined;
}

/** All keys of an installation, in the order of their creation. */
export interface ApiKeysState {
  readonly keys: readonly ApiKey[];
}

type Created = Fact<'ApiKeyCreated', KeyTerms & KeySecret>;
type Rotation = KeySecret & { readonly keyId: string; readonly previousUntil: Instant };
/** `keepsOlder` is absent in events of versions that ended all secrets but the last: what has ended stays so. */
type Rotated = Fact<'ApiKeyRotated', Rotation & { readonly keepsOlder?: true }>;
type Revoked = Fact<'ApiKeyRevoked', { readonly keyId: string }>;
export type ApiKeysEvent = Created | Rotated | Revoked;

export type ApiKeysCommand =
  | { readonly type: 'CreateKey'; readonly data: Created['data']; readonly at: Instant }
  | { readonly type: 'RotateKey'; readonly data: Rotation; readonly at: Instant }
  | { readonly type: 'RevokeKey'; readonly data: Revoked['data']; readonly at: Instant };

/** Whether a key can be used: it ends when its newest secret expires, or when it is revoked. */
export type KeyStatus = 'valid' | 'expired' | 'revoked';

/** Whether the secret is valid at this moment. */
export const isSecretValid = ({ until }: KeySecret, now: Instant): boolean =>
  until === undefined || now < until;

/** Whether the key can be used at this moment. */
export const keyStatus = ({ revokedAt, secrets: [newest] }: ApiKey, now: Instant): KeyStatus => {
  if (revokedAt !== undefined) return 'revoked';
  return newest && isSecretValid(newest, now) ? 'valid' : 'expired';
};

/** The key with this id; undefined if there is none. */
export const keyOf = ({ keys }: ApiKeysState, keyId: string): ApiKey | undefined =>
  keys.find((key) => key.keyId === keyId);

/**
 * All API keys of an installation are one aggregate: whoever reads one short stream knows every key, that an id is unknown, and whether
 * there are keys at all.
 */
export const ApiKeys: Decider<ApiKeysState, ApiKeysCommand, ApiKeysEvent> = {
  category: 'apiKeys',
  initialState: { keys: [] },
  snapshotVersion: 2,

  decide(command, state) {
    const { at: occurredAt } = command;
    if (command.type === 'CreateKey') {
      const valid = state.keys.filter((key) => keyStatus(key, occurredAt) === 'valid');
      if (valid.length >= MAX_API_KEYS) throw tooManyKeys();
      return [{ type: 'ApiKeyCreated', data: command.data, occurredAt }];
    }
    const { keyId } = command.data;
    const key = keyOf(state, keyId);
    if (!key) throw unknownKey(keyId);
    if (command.type === 'RevokeKey')
      return key.revokedAt === undefined ? [{ type: 'ApiKeyRevoked', data: command.data, occurredAt }] : [];
    if (key.revokedAt !== undefined) throw revoked(key);
    return [{ type: 'ApiKeyRotated', data: { ...command.data, keepsOlder: true }, occurredAt }];
  },

  evolve(state, event) {
    if (event.type === 'ApiKeyCreated')
      return { keys: [...withoutOldest(state.keys, event), created(event)] };
    return { keys: state.keys.map((key) => (key.keyId === event.data.keyId ? changed(key, event) : key)) };
  },
};

/** The error for a key that does not exist, or that the asking principal may not know. */
export const unknownKey = (keyId: string): HeraldError =>
  new HeraldError('not-found', `There is no API key ${keyId}. Look at GET /v1/keys.`);

const created = ({ data: { hash, until, ...terms }, occurredAt }: Recorded<Created>): ApiKey => ({
  ...terms,
  createdAt: occurredAt,
  secrets: [{ hash, until }],
});

const changed = (key: ApiKey, event: Recorded<Rotated | Revoked>): ApiKey => {
  if (event.type === 'ApiKeyRevoked') return { ...key, revokedAt: event.occurredAt };
  const { hash, until, previousUntil, keepsOlder } = event.data;
  // Whoever rotates again, because the answer was lost or a form was sent twice, does not end what was promised to last.
  const kept = keepsOlder ? key.secrets : key.secrets.slice(0, 1);
  const older = kept.map((secret) => ({ ...secret, until: earliestOf(secret.until, previousUntil) }));
  return {
    ...key,
    rotatedAt: event.occurredAt,
    secrets: [{ hash, until }, ...older].slice(0, MAX_SECRETS_PER_KEY),
  };
};

/** Ended keys are listed for a while; the oldest are dropped once there are many. */
const withoutOldest = (keys: readonly ApiKey[], { occurredAt }: Recorded<Created>): readonly ApiKey[] => {
  const ended = keys.filter((key) => keyStatus(key, occurredAt) !== 'valid');
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - MAX_ENDED_API_KEYS)));
  return keys.filter((key) => !dropped.has(key));
};

const tooManyKeys = (): HeraldError =>
  new HeraldError(
    'too-many-keys',
    `There are ${MAX_API_KEYS} valid API keys, which is the limit: revoke those that nobody uses (GET /v1/keys shows the last use), or use OIDC.`,
  );

const revoked = ({ keyId, revokedAt }: ApiKey): HeraldError =>
  new HeraldError(
    'key-revoked',
    `The API key ${keyId} was revoked at ${revokedAt} and cannot be rotated: create another one.`,
  );
