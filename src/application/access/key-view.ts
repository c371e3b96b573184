import {
  type ApiKey,
  type ApiKeysState,
  isSecretValid,
  type KeyStatus,
  keyOf,
  keyStatus,
  unknownKey,
} from '../../domain/access/api-keys.js';
import type { Principal } from '../../domain/access/principal.js';
import type { Role } from '../../domain/access/role.js';
import { isWithin, type Scope } from '../../domain/access/scope.js';
import type { Instant } from '../../domain/kernel/event.js';
import { latestOf } from '../../domain/kernel/instant.js';

/** A key as admins see it, without its secret. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly solutions: Scope;
  readonly sources?: readonly string[];
  readonly status: KeyStatus;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Absent for a key that does not expire. */
  readonly expiresAt?: Instant;
  readonly rotatedAt?: Instant;
  /** Until when secrets from before the last rotation are valid, at most; absent when none is. */
  readonly previousValidUntil?: Instant;
  readonly revokedAt?: Instant;
  /** To the minute; absent if it was never used. */
  readonly lastUsedAt?: Instant;
}

/** A key with its text, which is shown once. */
export interface NewKey extends KeyView {
  readonly key: string;
}

/** The view of a key at a moment. */
export const viewOf = (key: ApiKey, now: Instant, lastUsedAt?: Instant): KeyView => {
  const [newest, ...older] = key.secrets;
  const valid = key.revokedAt === undefined ? older.filter((secret) => isSecretValid(secret, now)) : [];
  const previousValidUntil = latestOf(...valid.map(({ until }) => until));
  return {
    ...{ id: key.keyId, name: key.name, role: key.role, solutions: key.scope },
    ...(key.sources && { sources: key.sources }),
    ...{ status: keyStatus(key, now), createdAt: key.createdAt, createdBy: key.createdBy },
    ...(newest?.until && { expiresAt: newest.until }),
    ...(key.rotatedAt && { rotatedAt: key.rotatedAt }),
    ...(previousValidUntil && { previousValidUntil }),
    ...(key.revokedAt && { revokedAt: key.revokedAt }),
    ...(lastUsedAt && { lastUsedAt }),
  };
};

/** Whether the principal may know the key: it covers nothing that the principal does not cover. */
export const isManagedBy = (key: ApiKey, { scope }: Principal): boolean => isWithin(key.scope, scope);

/**
 * The key with this id.
 * @throws HeraldError `not-found`, also for a key that the principal may not know.
 */
export const managedKey = (state: ApiKeysState, keyId: string, principal: Principal): ApiKey => {
  const key = keyOf(state, keyId);
  if (!key || !isManagedBy(key, principal)) throw unknownKey(keyId);
  return key;
};
