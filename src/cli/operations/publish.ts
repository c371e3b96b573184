import { createReadStream } from 'node:fs';
import { MAX_BODY_BYTES, MAX_EVENTS_PER_BATCH, MAX_PUBLISHED_FILE_BYTES } from '../../domain/bounds.js';
import { HeraldError, hasCode, messageOf } from '../../domain/kernel/herald-error.js';
import type { BatchReceipt } from '../../infrastructure/http/bodies/receipts.js';
import type { Problem } from '../../infrastructure/http/problems/problem.js';
import { HeraldClient, RefusedRequest } from '../herald-client.js';
import { eventsInWords } from '../terminal/events-in-words.js';
import { say, warn } from '../terminal/terminal.js';
import { utf8TextOf } from '../terminal/utf8-text.js';

const BATCH_TYPE = 'application/cloudevents-batch+json';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/**
 * Publishes the CloudEvents of a file, or of standard input: one in structured mode, a batch, or one on each line. It stops after the
 * first batch of which an event is refused. An event that is known already is recorded once, so a file can be published again.
 * @returns the exit code: 2 if an event was refused.
 * @throws HeraldError `invalid-argument`, and what Herald answers.
 */
export async function publish(file: string, { url, json }: Options): Promise<number> {
  const client = new HeraldClient(url);
  const events = eventsIn(await textOf(file), file);
  const sum = { events: events.length, accepted: 0, duplicate: 0, refused: 0, notSent: events.length };
  for (const batch of batchesOf(events)) {
    const first = sum.events - sum.notSent;
    const { accepted, duplicate, refused, results } = await send(client, batch).catch((error: unknown) => {
      if (first > 0)
        warn(`${nameOf(batch[0], first)} and those after it may not be recorded: publish the file again.`);
      throw error;
    });
    sum.accepted += accepted;
    sum.duplicate += duplicate;
    sum.refused += refused;
    sum.notSent -= batch.length;
    for (const result of results)
      if (result.status === 'refused')
        warn(`${nameOf(batch[result.index], first + result.index)}: ${result.problem.detail}`);
    if (refused > 0) break;
  }
  say(json ? JSON.stringify(sum) : sentenceOf(sum));
  return sum.refused > 0 ? 2 : 0;
}

const send = async (client: HeraldClient, batch: readonly unknown[]): Promise<BatchReceipt> => {
  try {
    return await client.send<BatchReceipt>('/v1/events', BATCH_TYPE, Buffer.from(JSON.stringify(batch)));
  } catch (error) {
    if (error instanceof RefusedRequest && hasCode(error, 'batch-refused'))
      return error.answer as BatchReceipt;
    // Batches stay below the limit, unless one event alone exceeds it.
    if (error instanceof RefusedRequest && hasCode(error, 'payload-too-large') && batch.length === 1)
      return refusedAlone(error.answer as Problem);
    throw error;
  }
};

const refusedAlone = (problem: Problem): BatchReceipt => ({
  ...{ accepted: 0, duplicate: 0, refused: 1 },
  results: [{ index: 0, status: 'refused', problem }],
});

const textOf = async (file: string): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).length;
      if (bytes > MAX_PUBLISHED_FILE_BYTES) break;
    }
  } catch (error) {
    throw invalid(`${file} cannot be read (${messageOf(error)}).`);
  }
  if (bytes > MAX_PUBLISHED_FILE_BYTES)
    throw invalid(`${file} is larger than ${MAX_PUBLISHED_FILE_BYTES} bytes: split it.`);
  return utf8TextOf(Buffer.concat(parts), file);
};

const eventsIn = (content: string, file: string): readonly unknown[] => {
  const whole = parsed(content);
  const events = whole === undefined ? linesOf(content, file) : [whole].flat();
  if (events.length === 0) throw invalid(`${file} contains no event.`);
  return events;
};

const linesOf = (content: string, file: string): readonly unknown[] =>
  content.split('\n').flatMap((line, n) => {
    if (line.trim() === '') return [];
    const event = parsed(line);
    if (event === undefined) throw invalid(`Line ${n + 1} of ${file} is no JSON. Nothing was published.`);
    return [event];
  });

/** Undefined for a text that is no JSON. */
const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
};

/** Batches that Herald takes, by the number of events and of bytes. */
function* batchesOf(events: readonly unknown[]): Generator<readonly unknown[]> {
  let batch: unknown[] = [];
  let bytes = 2;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event)) + 1;
    if (batch.length > 0 && (batch.length === MAX_EVENTS_PER_BATCH || bytes + size > MAX_BODY_BYTES)) {
      yield batch;
      batch = [];
      bytes = 2;
    }
    batch.push(event);
    bytes += size;
  }
  yield batch;
}

const nameOf = (event: unknown, index: number): string => {
  const { id, source } = (event ?? {}) as Readonly<Record<string, unknown>>;
  const from = source === undefined ? '' : ` of ${String(source)}`;
  return `Event ${index + 1}${id === undefined ? '' : ` (${String(id)}${from})`}`;
};

const sentenceOf = ({
  events,
  accepted,
  duplicate,
  refused,
  notSent,
}: Readonly<Record<'events' | 'accepted' | 'duplicate' | 'refused' | 'notSent', number>>): string =>
  `${eventsInWords(events)}: ${accepted} accepted, ${duplicate} known already, ${refused} refused, ${notSent} not sent.`;

const invalid = (says: string): HeraldError => new HeraldError('invalid-argument', says, 'file');
