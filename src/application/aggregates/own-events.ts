import type { EventMetadata } from '../ports/event-store.js';
import { partsOf } from './streams.js';

/** The schema mark in the metadata of every event that Herald writes, with its version. */
export const SCHEMA = 'herald/1';

/** Those of the aggregates, and that of the marks of a copy. */
const CATEGORIES = [
  'socialAccount',
  'approvalQueue',
  'partner',
  'solution',
  'notification',
  'apiKeys',
  'accessLog',
  'logCopy',
];

/** What the names of Herald's streams begin with. */
export const OWN_PREFIXES: readonly string[] = CATEGORIES.map((category) => `${category}-`);

const ID = /^[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}$/;

/** The metadata fields that Herald has written since its first version, before the mark existed. */
const SINCE_EVER = ['$correlationId', '$causationId', 'actor', 'commandId', 'occurredAt', 'recordedAt'];

/** Whether a stream is one of Herald's. */
export const isOwnStream = (stream: string): boolean => {
  const { category, id } = partsOf(stream);
  return CATEGORIES.includes(category) && ID.test(id);
};

/** Whether Herald wrote these metadata: they carry the mark, or, if older than the mark, all fields of that time. */
export const isOwnMetadata = (metadata: unknown): metadata is EventMetadata => {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const fields = metadata as Readonly<Record<string, unknown>>;
  const isComplete = SINCE_EVER.every((name) => typeof fields[name] === 'string');
  const isMarked = fields.schema === undefined || String(fields.schema).startsWith('herald/');
  return isComplete && isMarked && typeof fields.schemaVersion === 'number';
};
