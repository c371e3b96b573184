import type { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { smtpOptions } from '../../src/infrastructure/mail/smtp/smtp-options.js';
import type * as Built from '../../src/infrastructure/mail/smtp-thread/smtp-thread.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { aMail, MAY_START, PATIENT } from '../mail/mails.js';
import { built, startedThreads } from './built.js';

const { SmtpThread } = await built<typeof Built>('infrastructure/mail/smtp-thread/smtp-thread.js');

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const started = async (fault: Parameters<typeof startFaultySmtp>[0] = () => undefined, lanes = 1) => {
  const workers = startedThreads();
  const server: FaultySmtp = await startFaultySmtp(fault);
  const transport = new SmtpThread(smtpOptions(`smtp://127.0.0.1:${server.port}?lanes=${lanes}`, PATIENT));
  ends.push(() => transport.close(), server.close);
  return { workers, server, transport };
};

/** Ends a thread as an error does that nothing in it catches. */
const lose = (worker: Worker | undefined) => worker?.postMessage(null);

it('sends mails, several at once, in a thread that is started with the first one', async () => {
  const { workers, server, transport } = await started(undefined, 3);
  expect(transport.concurrency).toBe(3);
  expect(workers).toHaveLength(0);
  const mails = Array.from({ length: 20 }, (_, n) => aMail({ to: { name: '', address: `u${n}@p.example` } }));
  const results = await Promise.all(mails.map((mail) => transport.send(mail, MAY_START)));
  for (const result of results) expect(result).toMatchObject({ outcome: 'accepted' });
  expect(server.received).toHaveLength(20);
  expect(server.connections()).toBe(3);
  expect(workers).toHaveLength(1);
});

it('answers with what the server says, and its transcript', async () => {
  const { transport } = await started(({ stage }) =>
    stage === 'RCPT' ? { reply: '550 5.1.1 no such user' } : undefined,
  );
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({
    ...{ outcome: 'rejected', about: 'recipient', addressUnusable: true },
    transcript: expect.arrayContaining([expect.stringContaining('550 5.1.1')]),
  });
});

const REFUSALS: readonly (readonly [string, () => Promise<boolean>])[] = [
  ['is told no', async () => false],
  ['is told why not', () => Promise.reject(new Error('the log is away'))],
];

it.each(REFUSALS)('writes no byte of a mail whose attempt may not start: it %s', async (_, mayStart) => {
  const { server, transport } = await started();
  expect(await transport.send(aMail(), mayStart)).toMatchObject({ outcome: 'not-tried' });
  expect(server.bodyBytes()).toBe(0);
});

it('says that nothing left when the thread is lost before the attempt may start, and goes on in another', async () => {
  const { workers, server, transport } = await started();
  const results: unknown[] = [];
  let answer: ((may: boolean) => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    const mayStart = (): Promise<boolean> => {
      resolve();
      return new Promise((done) => {
        answer = done;
      });
    };
    void transport.send(aMail(), mayStart).then((result) => results.push(result));
  });
  await asked;
  const exited = new Promise((resolve) => workers[0]?.once('exit', resolve));
  lose(workers[0]);
  await exited;
  // It is not known yet whether the start is on record.
  expect(results).toEqual([]);
  answer?.(false);
  await expect
    .poll(() => results)
    .toMatchObject([{ outcome: 'not-tried', about: 'relay', inTransaction: true }]);
  expect(server.bodyBytes()).toBe(0);

  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
  expect(workers).toHaveLength(2);
});

it('does not know what became of a mail whose thread is lost after its start', async () => {
  const { workers, server, transport } = await started(({ stage }) =>
    stage === 'dot' ? 'stall' : undefined,
  );
  const sending = transport.send(aMail(), MAY_START);
  await expect.poll(() => server.received).toHaveLength(1);
  lose(workers[0]);
  expect(await sending).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('thread') });
});

it('finishes the mails under way when it is closed, and attempts no later one', async () => {
  const { workers, server, transport } = await started();
  let start: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    start = resolve;
  });
  let go: (may: boolean) => void = () => undefined;
  const first = transport.send(aMail(), () => {
    start?.();
    return new Promise<boolean>((resolve) => {
      go = resolve;
    });
  });
  await asked;
  const closing = transport.close();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'not-tried', about: 'shutdown' });
  go(true);
  expect(await first).toMatchObject({ outcome: 'accepted' });
  await closing;
  expect(server.received).toHaveLength(1);
  expect(workers[0]?.threadId).toBe(-1);
});

it('fails for the mail alone that cannot be composed, and goes on in the same thread', async () => {
  const { workers, transport } = await started();
  const wrong = aMail({ html: 7 as unknown as string });
  await expect(transport.send(wrong, MAY_START)).rejects.toThrow();
  expect(await transport.send(aMail(), MAY_START)).toMatchObject({ outcome: 'accepted' });
  expect(workers).toHaveLength(1);
});
