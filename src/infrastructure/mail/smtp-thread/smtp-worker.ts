import { parentPort, workerData } from 'node:worker_threads';
import type { SendResult } from '../../../application/ports/channel.js';
import { answerCalls } from '../../threads/answer-calls.js';
import type { Mail } from '../mail.js';
import { SmtpTransport } from '../smtp/smtp-transport.js';
import type { Asked, Call, ThreadOptions } from './protocol.js';

// Composing a mail and the dialogue with the server take as long as everything else about a mail: in this thread they run beside it.

const transport = new SmtpTransport(workerData as ThreadOptions);

/** Attempts that wait for the answer whether they may start. */
const asking = new Map<number, (answer: boolean) => void>();
const underWay = new Set<Promise<SendResult>>();

if (parentPort) {
  const ask = answerCalls<Call, Asked>(parentPort, async (call) => {
    switch (call.type) {
      case 'send':
        return send(call.id, call.mail);
      case 'mayStart':
        asking.get(call.id)?.(call.answer);
        asking.delete(call.id);
        return undefined;
      case 'close':
        await transport.close();
        await Promise.allSettled(underWay);
        return undefined;
    }
  });

  const send = async (id: number, mail: Mail): Promise<SendResult> => {
    const mayStart = () =>
      new Promise<boolean>((resolve) => {
        asking.set(id, resolve);
        ask({ id });
      });
    const sending = transport.send(mail, mayStart);
    underWay.add(sending);
    try {
      return await sending;
    } finally {
      underWay.delete(sending);
    }
  };
}
