import { parse, v4, v5 } from 'uuid';
import { EMAIL } from '../../domain/channels/address.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { nameInIds } from '../../domain/rules/shared/sentinels.js';
import type { Recipient, Subject } from '../../domain/rules/shared/verdict.js';
import { sha256Of } from './digest.js';

// The namespace of all ids. It never changes: every id in every log derives from it.
const NAMESPACE = parse('5b0f2f0e-6f0c-5f5a-9c53-6d0a6a1d9a11');

/** A UUID derived from the parts alone: the same on every instance and after every crash. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  v5(Buffer.from(JSON.stringify(parts)), NAMESPACE);

/** The id of the n-th event that a command appends to a stream. */
export const eventIdOf = (stream: string, commandId: string, index: number): string =>
  idOf('event', stream, commandId, index);

/**
 * The identity of one message: one rule, one subject, one recipient, one slot, one channel. E-mail is not named, so that the ids
 * are the same as before there were channels.
 * @param n 0 for the first decision about the recipient and the slot, 1 for one in its place or for the people of another partner,
 * and so on.
 */
export const notificationIdOf = (
  rule: RuleId,
  subject: Subject,
  { userId, address: { channel } }: Pick<Recipient, 'userId' | 'address'>,
  slotKey: string,
  n = 0,
): string =>
  idOf(
    ...['notification', rule, subject.kind, subject.id, nameInIds(userId), numbered(slotKey, n)],
    ...(channel === EMAIL ? [] : [channel]),
  );

const numbered = (slotKey: string, n: number): string => (n === 0 ? slotKey : `${slotKey}#${n + 1}`);

/** The correlation of everything that one slot causes, whoever it goes to and on whichever channel. */
export const slotIdOf = (rule: RuleId, subject: Subject, slotKey: string): string =>
  idOf('notification', rule, subject.kind, subject.id, 'all', slotKey);

/**
 * The default id of a command. The same command, decided on the same revision of the same stream, has the same id; any other
 * command has another. So a repeated append is recognised, and no command is mistaken for another. The order of its fields counts:
 * the same code writes it.
 */
export const commandIdOf = (stream: string, revision: number, index: number, command: unknown): string =>
  idOf('command', stream, revision, index, sha256Of(JSON.stringify(command)));

/** The id of the command that an event of the platform causes. @param publisher whose the key is; omitted: nobody's. */
export const inboundCommandId = (source: string, id: string, publisher?: string): string =>
  idOf('inbound', ...(publisher === undefined ? [] : [publisher]), source, id);

/** A random id, for what only one instance may win. */
export const uniqueId = (): string => v4();
