import type { MessagePort } from 'node:worker_threads';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { Numbered, Reply } from './messages.js';

/**
 * Answers the calls of a `CalledThread`, within its thread.
 * @returns a function that tells something which was not asked for.
 */
export function answerCalls<Call, Notice = never>(
  port: MessagePort,
  answer: (call: Call) => Promise<unknown>,
): (notice: Notice) => void {
  const reply = (message: Reply<Notice>): void => port.postMessage(message);
  port.on('message', ({ number, call }: Numbered<Call>) => {
    answer(call).then(
      (value) => {
        if (number > 0) reply({ type: 'answer', number, value });
      },
      (error: unknown) =>
        reply({
          type: 'error',
          number,
          code: error instanceof HeraldError ? error.code : undefined,
          message: messageOf(error),
        }),
    );
  });
  return (notice) => reply({ type: 'notice', notice });
}
