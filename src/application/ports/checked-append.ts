import { MAX_STREAM_NAME } from '../../domain/bounds.js';
import type { ErrorCode } from '../../domain/error-codes.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { EventJson, EventToAppend, ExpectedRevision, ReadStreamOptions } from './event-store.js';

/** An event that any log accepts: the id is a lower-case UUID, data and metadata are JSON text. */
export interface CheckedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/**
 * Checks an append before it reaches a log, so that every log refuses the same input with the same messages. A property whose
 * value is `undefined` is omitted, as in JSON.
 * @param maxBytes the limit of the log, in bytes.
 * @returns the events, serialised: later changes by the caller are not stored.
 * @throws HeraldError `invalid-stream-name`, `invalid-expected-revision`, `empty-append`, `invalid-event-id`,
 * `invalid-event-type`, `invalid-event-data`, `append-too-large`.
 */
export function checkedAppend(
  stream: string,
  events: readonly EventToAppend[],
  expected: ExpectedRevision,
  maxBytes: number,
): CheckedEvent[] {
  checkStreamName(stream);
  if (typeof expected === 'number') checkRevision(expected, 'invalid-expected-revision', 'expected');
  if (events.length === 0) {
    throw new HeraldError('empty-append', 'An append holds at least one event: add one or do not append.');
  }
  const checked = events.map((event, index) => checkedEvent(event, `events[${index}]`));
  const bytes = checkedSizeOf(checked);
  if (bytes > maxBytes) throw appendTooLarge(bytes, maxBytes);
  return checked;
}

/** The size of an append, in bytes. */
export const checkedSizeOf = (events: readonly CheckedEvent[]): number =>
  events.reduce((sum, event) => sum + sizeOf(event), 0);

/** The size of an event within an append, in bytes. */
export const appendSizeOf = ({ type, json }: { readonly type: string; readonly json: EventJson }): number =>
  sizeOf({ type, ...json });

/** The error for an append beyond the limit. */
export const appendTooLarge = (bytes: number, maxBytes: number): HeraldError =>
  new HeraldError(
    'append-too-large',
    `The append holds ${bytes} bytes, but the limit is ${maxBytes}: append less at once, or store large content elsewhere and refer to it.`,
  );

/**
 * @throws HeraldError `invalid-stream-name` for a name that is empty, too long, begins with `$` or holds control
 * characters or half a character.
 */
function checkStreamName(stream: string): void {
  if (stream === '' || stream.length > MAX_STREAM_NAME || !isStorableName(stream)) {
    throw new HeraldError(
      'invalid-stream-name',
      `The stream name ${quoted(stream)} is invalid: use 1 to ${MAX_STREAM_NAME} characters, no leading $ and no control characters.`,
      'stream',
    );
  }
}

/**
 * Checks the options of a stream read.
 * @throws HeraldError `invalid-stream-name`, `invalid-revision`, `invalid-max-count`.
 */
export function checkStreamRead(stream: string, options: ReadStreamOptions): void {
  checkStreamName(stream);
  checkMaxCount(options.maxCount);
  if (options.fromRevision !== undefined)
    checkRevision(options.fromRevision, 'invalid-revision', 'fromRevision');
}

/** @throws HeraldError `invalid-max-count` unless it is omitted or a positive integer. */
export function checkMaxCount(maxCount: number | undefined): void {
  if (maxCount === undefined || (Number.isSafeInteger(maxCount) && maxCount >= 1)) return;
  throw new HeraldError(
    'invalid-max-count',
    `maxCount is ${maxCount}: use a positive integer, or omit it to read all.`,
    'maxCount',
  );
}

function checkRevision(revision: number, code: ErrorCode, field: string): void {
  if (Number.isSafeInteger(revision) && revision >= 0) return;
  throw new HeraldError(
    code,
    `The revision ${revision} is invalid: use a non-negative integer; the first event is at 0.`,
    field,
  );
}

function checkedEvent(event: EventToAppend, field: string): CheckedEvent {
  if (!UUID.test(event.id)) {
    throw new HeraldError(
      'invalid-event-id',
      `The event id ${quoted(event.id)} is not a UUID: use one, and reuse it when you retry.`,
      `${field}.id`,
    );
  }
  if (event.type === '' || !isStorableName(event.type)) {
    throw new HeraldError(
      'invalid-event-type',
      `The event type ${quoted(event.type)} is invalid: use at least one character, no leading $ and no control characters.`,
      `${field}.type`,
    );
  }
  return {
    id: event.id.toLowerCase(),
    type: event.type,
    data: event.json?.data ?? json(event.data, `${field}.data`),
    metadata: event.json?.metadata ?? json(event.metadata, `${field}.metadata`),
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// Logs reserve `$`, cut text at a NUL and replace a lone surrogate: such a name would not read back unchanged.
const isStorableName = (name: string): boolean => !/^\$|\p{Cc}|\p{Cs}/u.test(name);

const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

function json(value: unknown, field: string): string {
  const text = serialised(value);
  if (text?.startsWith('{')) return text;
  throw new HeraldError(
    'invalid-event-data',
    `${field} is not a JSON object: use a plain object of text, numbers, booleans, null, lists and objects.`,
    field,
  );
}

function serialised(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // a bigint, or a circular object
  }
}

// A type counts two bytes a character, as in EventStoreDB.
const sizeOf = ({ type, data, metadata }: Omit<CheckedEvent, 'id'>): number =>
  2 * type.length + Buffer.byteLength(data) + Buffer.byteLength(metadata);
