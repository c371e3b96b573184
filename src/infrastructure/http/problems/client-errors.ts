import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_HEADER_BYTES } from '../../../domain/bounds.js';
import { PROBLEM_TYPE, type Problem, problem } from './problem.js';

/**
 * Answers errors that Node detects before there is a request, and closes the connection.
 * @param requestMs how long a request may take to arrive, in milliseconds.
 */
export const clientErrorHandler =
  (requestMs: number) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const found = problemOfClientError(error, requestMs);
    const body = JSON.stringify(found);
    socket.write(
      [
        `HTTP/1.1 ${found.status} ${STATUS_CODES[found.status]}`,
        `Content-Type: ${PROBLEM_TYPE}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
    socket.destroySoon();
  };

const problemOfClientError = ({ code }: NodeJS.ErrnoException, requestMs: number): Problem => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem(
        'headers-too-large',
        `The request line and the headers exceed the limit of ${MAX_HEADER_BYTES} bytes: send less.`,
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(
        'request-timeout',
        `The request did not arrive within the limit of ${requestMs / 1_000} seconds: send it again.`,
      );
    default:
      return problem('malformed-request', 'The request is not valid HTTP.');
  }
};
