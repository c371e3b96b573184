import { parentPort } from 'node:worker_threads';
import type Database from 'libsql';
import { answerCalls } from '../../threads/answer-calls.js';
import { openDocumentFile } from '../document-file.js';
import { unavailable } from '../failures.js';
import { ConnectionRunner, PreparedStatements } from '../statements.js';
import { onceUnlocked } from '../transaction.js';
import type { Call } from './protocol.js';

// Writing read models takes a fifth of the main thread's time in a surge: in this thread it runs beside it.

const files = new Map<string, { readonly database: Database.Database; readonly runner: ConnectionRunner }>();

/** @throws HeraldError `document-store-unavailable`. */
const opened = async (file: string) => {
  const known = files.get(file);
  if (known) return known;
  const database = await onceUnlocked(() => openDocumentFile(file)).catch((error: unknown) => {
    throw unavailable(file, error);
  });
  const entry = { database, runner: new ConnectionRunner(database, new PreparedStatements(database), file) };
  files.set(file, entry);
  return entry;
};

const leave = (file: string): void => {
  files.get(file)?.database.close();
  files.delete(file);
};

if (parentPort) {
  answerCalls<Call>(parentPort, async (call) => {
    switch (call.type) {
      case 'run':
        return (await opened(call.file)).runner.run(call.statements);
      case 'leave':
        return leave(call.file);
      case 'close':
        for (const file of [...files.keys()]) leave(file);
        return undefined;
    }
  });
}
