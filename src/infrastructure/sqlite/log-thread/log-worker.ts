import { parentPort, workerData } from 'node:worker_threads';
import { WrongExpectedRevision } from '../../../application/ports/event-store.js';
import type { HeraldError } from '../../../domain/kernel/herald-error.js';
import { answerCalls } from '../../threads/answer-calls.js';
import { ConnectionCommitter } from '../log-committer.js';
import { openLogFile } from '../log-file.js';
import { LogWriter } from '../log-writer.js';
import { OpenedFile } from '../opened-file.js';
import { orClose } from '../or-close.js';
import type { Call, Committed, LogFile } from './protocol.js';

// A commit waits for the disk and blocks its thread: in this one nothing else waits.

const { file, identity } = workerData as LogFile;
const opened = new OpenedFile(file, identity);

const open = () => {
  // Before it is opened: opening would create a file that is missing.
  opened.requireInPlace();
  const connection = openLogFile(file);
  const writer = orClose(connection, () => new LogWriter(connection));
  return { connection, committer: new ConnectionCommitter(connection, writer, file, opened) };
};

let log: ReturnType<typeof open> | undefined;

const committed = (result: Awaited<ReturnType<ConnectionCommitter['commit']>>[number]): Committed => {
  if (result instanceof WrongExpectedRevision) return { actual: result.actual };
  return result as Exclude<typeof result, HeraldError>;
};

if (parentPort) {
  answerCalls<Call>(parentPort, async (call) => {
    if (call.type === 'commit') {
      log ??= open();
      return (await log.committer.commit(call.appends)).map(committed);
    }
    log?.connection.close();
    return undefined;
  });
}
