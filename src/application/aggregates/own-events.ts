import type { EventMetadata } from '../ports/event-store.js';
import { partsOf } from './streams.js';

/** The mark in the metadata of every event that Herald writes: its format, and the version of it. */
export const SCHEMA = 'herald/1';

const CATEGORIES = ['socialAccount', 'approvalQueue', 'partner', 'solution', 'notification'];

const ID = /^[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}$/;

/** What Herald has written with every event since its first version, before there was a mark. */
const SINCE_EVER = ['$correlationId', '$causationId', 'actor', 'commandId', 'occurredAt', 'recordedAt'];

/** Whether a stream is one of an aggregate of Herald's. */
export const isOwnStream = (stream: string): boolean => {
  const { category, id } = partsOf(stream);
  return CATEGORIES.includes(category) && ID.test(id);
};

/** Whether the metadata are such as Herald writes: with its mark, or, from before there was one, with all that it always wrote. */
export const isOwnMetadata = (metadata: unknown): metadata is EventMetadata => {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const fields = metadata as Readonly<Record<string, unknown>>;
  const isComplete = SINCE_EVER.every((name) => typeof fields[name] === 'string');
  const isMarked = fields.schema === undefined || String(fields.schema).startsWith('herald/');
  return isComplete && isMarked && typeof fields.schemaVersion === 'number';
};
