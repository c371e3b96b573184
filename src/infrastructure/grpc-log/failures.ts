import { type ExpectedRevision, WrongExpectedRevision } from '../../application/ports/event-store.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { Endpoint } from './endpoint.js';
import { troubleOf } from './trouble.js';

/** The types of errors that both clients have. Each client has classes of its own for them. */
type ErrorType =
  | 'access-denied'
  | 'cancelled'
  | 'maximum-append-size-exceeded'
  | 'not-leader'
  | 'persistent-subscription-does-not-exist'
  | 'persistent-subscription-exists'
  | 'stream-deleted'
  | 'stream-not-found'
  | 'unavailable'
  | 'unknown'
  | 'wrong-expected-version';

/** Whether a client's error is of one of these types. */
export const isOfType = (error: unknown, ...types: readonly ErrorType[]): boolean =>
  error instanceof Error && (types as readonly unknown[]).includes((error as { type?: unknown }).type);

/** The setting that names the log. */
const LOG = 'HERALD_EVENT_STORE';

/** No answer arrived before the deadline. */
export class NoAnswer extends Error {}

/**
 * The promise's value; the client itself may wait for ever.
 * @param givenUp ends the wait early.
 * @throws what the promise does, and NoAnswer after this many milliseconds, or when it was given up.
 */
export async function within<T>(millis: number, promise: Promise<T>, givenUp?: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let end: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${millis} ms`)), millis);
    end = () => reject(new NoAnswer('another call over the same connection had no answer'));
    givenUp?.addEventListener('abort', end);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
    if (end) givenUp?.removeEventListener('abort', end);
  });
}

/** Whether nothing was answered: the node may stand still, with a connection that is open. */
export const isSilence = (error: unknown): boolean => error instanceof NoAnswer;

// gRPC: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (a server that asks for calm), ABORTED, INTERNAL (a connection that was
// reset), UNAVAILABLE (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
const PASSING_CODES = [1, 4, 8, 10, 13, 14];
const PASSING_TYPES = ['unavailable', 'timeout', 'deadline-exceeded', 'not-leader'];

// What a node answers to an append while the cluster elects a leader; seen on 24.10.4. The client has no error for it, and says
// `Could not recognize …`.
const ELECTION = /\b(Server Is (Not Ready|Busy|Too Busy)|No leader info available)\b/i;

const isElection = (error: unknown): boolean => isOfType(error, 'unknown') && ELECTION.test(messageOf(error));

// What the native part of KurrentDB's client makes of CANCELLED, RESOURCE_EXHAUSTED and ABORTED, for which it has no error.
const PASSING_TEXT =
  /^Unmapped gRPC error: code: (The operation was (cancelled|aborted)|Some resource has been exhausted)/;

/** Whether a retry may succeed: the server was unavailable, slow, or not the leader. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof NoAnswer) return true;
  if (isTooLarge(error)) return false;
  if (isElection(error)) return true;
  if (isOfType(error, 'unknown') && PASSING_TEXT.test(messageOf(error))) return true;
  // Thrown by the client, without a code, when no node of the cluster answered discovery.
  if (error instanceof Error && error.message.startsWith('Failed to discover')) return true;
  const { code, type } = error as { readonly code?: unknown; readonly type?: unknown };
  return PASSING_CODES.includes(Number(code)) || PASSING_TYPES.includes(String(type));
};

// The ways in which a server says so besides MaxAppendSizeExceededError: gRPC's limit of a message (RESOURCE_EXHAUSTED, 26.0.3),
// and the limit of one event (from 24.10.5 on; the client has no error for it).
const TOO_LARGE = /exceeds the maximum configured message size|maximum[- ]?append[- ]?event[- ]?size/i;

/** Whether the server has refused an append because of its size. */
export const isTooLarge = (error: unknown): boolean =>
  isOfType(error, 'maximum-append-size-exceeded') ||
  (error instanceof Error && TOO_LARGE.test(error.message));

/** The limit of an append that the server names in its refusal; undefined if it names none. */
export const limitIn = (error: unknown): number | undefined => (error as Partial<ErrorDetails>).maxAppendSize;

/** The leader that a node names when it turns an append away; undefined if it names none. */
export const leaderIn = (error: unknown): Endpoint | undefined =>
  isOfType(error, 'not-leader') ? (error as ErrorDetails).leader : undefined;

/** Whether the server has answered with a refusal. */
export const isRefusal = (error: unknown): boolean =>
  isOfType(error, 'wrong-expected-version', 'stream-deleted') || isTooLarge(error);

/** Whether the server has answered, and the connection is as good as before. */
export const isAnswer = (error: unknown): boolean => isRefusal(error) || isElection(error);

/** Whether the client reconnects by itself after this. */
export const isHealedByClient = (error: unknown): boolean => isOfType(error, 'unavailable', 'cancelled');

export const isMissing = (error: unknown): boolean => isOfType(error, 'stream-not-found');

/** What errors of the clients tell, each in the words of its client. */
interface ErrorDetails {
  readonly streamName?: string;
  readonly maxAppendSize?: number;
  readonly leader?: Endpoint;
  /** The revision of the stream, or `no_stream`, as EventStoreDB's client calls it. */
  readonly actualVersion?: unknown;
  /** The same, as KurrentDB's client calls it. */
  readonly actualState?: unknown;
}

/** The port's error for a refused append. */
export function refusalOf(error: unknown, stream: string, expected: ExpectedRevision, server: string): Error {
  if (isOfType(error, 'wrong-expected-version')) {
    const { actualVersion, actualState = actualVersion } = error as ErrorDetails;
    return new WrongExpectedRevision(
      stream,
      expected,
      typeof actualState === 'bigint' ? Number(actualState) : 'no-stream',
    );
  }
  if (isTooLarge(error)) {
    const named = limitIn(error);
    const limit = named === undefined ? '' : ` of ${named} bytes`;
    return new HeraldError(
      'append-too-large',
      `The append is larger than the server's limit${limit}: append less at once.`,
    );
  }
  return failureOf(error, server);
}

/** The port's error for a failed request. */
export function failureOf(error: unknown, server: string, setting = LOG): HeraldError {
  if (error instanceof HeraldError) return error;
  if (isOfType(error, 'stream-deleted'))
    return new HeraldError(
      'stream-deleted',
      `The stream ${(error as ErrorDetails).streamName} was tombstoned. Herald never deletes a stream, so find out who did.`,
    );
  const failure = new HeraldError(
    'event-store-unavailable',
    troubleOf(error, server, setting) ?? doesNotAnswer(error, server, setting),
  );
  failure.cause = error;
  return failure;
}

const doesNotAnswer = (error: unknown, server: string, setting: string): string => {
  const reason = error instanceof Error && error.message ? error.message : String(error);
  return `The event store at ${server} does not answer (${reason}). Check that it is running and that ${setting} names it, then retry. Retrying an append with the same ids and expected revision is safe.`;
};
