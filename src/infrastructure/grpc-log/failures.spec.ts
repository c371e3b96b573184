import { MaxAppendSizeExceededError, UnknownError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { isPassing, isRefusal, refusalOf } from './failures.js';

/** As gRPC and the client throw them. */
const grpc = (code: number, message: string) => Object.assign(new Error(message), { code });
const unknown = (message: string) => new UnknownError(undefined, `Could not recognize ${message}`);

describe('What a server answers to an append', () => {
  it.each(['Server Is Not Ready', 'Server Is Busy', 'No leader info available in response'])(
    'while a leader is elected, “%s”, passes',
    (message) => {
      expect([isPassing(unknown(message)), isRefusal(unknown(message))]).toEqual([true, false]);
    },
  );

  it.each([
    ['the limit of an append', MaxAppendSizeExceededError.fromMaxAppendSize(1_048_576)],
    [
      'the limit of a message of gRPC',
      grpc(8, '8 RESOURCE_EXHAUSTED: Received message exceeds the maximum configured message size.'),
    ],
    ['the limit of an event', unknown('maximum-append-event-size-exceeded')],
  ])('beyond %s is a refusal, and is not tried again', (_, error) => {
    expect([isPassing(error), isRefusal(error)]).toEqual([false, true]);
    expect(refusalOf(error, 's', 'no-stream', 'server')).toMatchObject({ code: 'append-too-large' });
  });

  it('of a server that wants calm passes, as ever', () => {
    expect(isPassing(grpc(8, '8 RESOURCE_EXHAUSTED: slow down'))).toBe(true);
  });

  it('that nobody knows is no answer to build on', () => {
    expect(isPassing(unknown('BadRequest'))).toBe(false);
  });
});
