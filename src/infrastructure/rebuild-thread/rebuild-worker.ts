import { parentPort, workerData } from 'node:worker_threads';
import { RebuildLoop } from '../../application/read-models/rebuild/rebuild-loop.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { Config } from '../config/config.js';
import { documentStoreOf, eventStoreOf } from '../config/stores.js';
import { memoryShortages } from './memory-shortages.js';
import type { Call, Numbered, Reply } from './protocol.js';

// A separate thread with its own connections: SQLite blocks the calling thread.

const config = workerData as Config;
const log = await eventStoreOf(config);
const documents = await documentStoreOf(config);
const loop = new RebuildLoop(log, documents, memoryShortages());
const reply = (message: Reply): void => parentPort?.postMessage(message);

loop.listen((report) => reply({ type: 'report', report }));

parentPort?.on('message', ({ number, call }: Numbered) => {
  answer(call).then(
    (value) => reply({ type: 'answer', number, value }),
    (error: unknown) =>
      reply({
        type: 'error',
        number,
        code: error instanceof HeraldError ? error.code : 'replay-failed',
        message: messageOf(error),
      }),
  );
});

const answer = async (call: Call): Promise<unknown> => {
  switch (call.type) {
    case 'start':
      return loop.start(call.name, call.from);
    case 'stop':
      return loop.stop(call.name);
    case 'compare':
      return loop.compare(call.live, call.rebuilt, call.samples);
    case 'close':
      await loop.close();
      await documents.close();
      await log.close();
      parentPort?.unref();
      return undefined;
  }
};
