import { HeraldError } from '../kernel/herald-error.js';
import { NOTIFICATIONS } from './registry.js';
import type { AccountNotification, NotificationDefinition, QueueNotification } from './shared/definition.js';
import type { RuleId } from './shared/rule-id.js';

/** The ids of all notifications, in the order of the registry. */
export const RULE_IDS: readonly RuleId[] = NOTIFICATIONS.map(({ id }) => id);

/** Those about a social account. */
export const ACCOUNT_NOTIFICATIONS: readonly AccountNotification[] = NOTIFICATIONS.filter(
  (one): one is AccountNotification => one.subject === 'socialAccount',
);

/** Those about a partner's approval queue. */
export const QUEUE_NOTIFICATIONS: readonly QueueNotification[] = NOTIFICATIONS.filter(
  (one): one is QueueNotification => one.subject === 'approvalQueue',
);

/** The id of the digest, the notification that a queue's slots are for. */
export const DIGEST: RuleId | undefined = QUEUE_NOTIFICATIONS.find(({ kind }) => kind === 'digest')?.id;

const BY_ID: ReadonlyMap<RuleId, NotificationDefinition> = new Map(NOTIFICATIONS.map((one) => [one.id, one]));

/**
 * The notification with this id.
 * @throws HeraldError `notification-unknown` if this version of Herald has none.
 */
export const definitionOf = (id: RuleId): NotificationDefinition => {
  const definition = BY_ID.get(id);
  if (definition) return definition;
  throw unknown(id);
};

/** The notification about an account with this id. @throws HeraldError `notification-unknown`. */
export const accountNotification = (id: RuleId): AccountNotification => {
  const definition = definitionOf(id);
  if (definition.subject === 'socialAccount') return definition;
  throw unknown(`${id} about a social account`);
};

/** The notification about an approval queue with this id. @throws HeraldError `notification-unknown`. */
export const queueNotification = (id: RuleId): QueueNotification => {
  const definition = definitionOf(id);
  if (definition.subject === 'approvalQueue') return definition;
  throw unknown(`${id} about an approval queue`);
};

const unknown = (what: string): HeraldError =>
  new HeraldError(
    'notification-unknown',
    `This version of Herald has no notification ${what}. Ask an instance of the version that recorded it.`,
  );
