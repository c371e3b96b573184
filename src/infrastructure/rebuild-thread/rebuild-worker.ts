import { parentPort, workerData } from 'node:worker_threads';
import type { EngineReport } from '../../application/read-models/rebuild/rebuild-engine.js';
import { RebuildLoop } from '../../application/read-models/rebuild/rebuild-loop.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { Config } from '../config/config.js';
import { documentStoreOf, eventStoreOf } from '../config/stores.js';
import { answerCalls } from '../threads/answer-calls.js';
import { memoryShortages } from './memory-shortages.js';
import type { Call } from './protocol.js';

// A separate thread with its own connections: SQLite blocks the calling thread.

const config = workerData as Config;
const log = await eventStoreOf(config);
const documents = await documentStoreOf(config);
const loop = new RebuildLoop(log, documents, memoryShortages());
const act = async (call: Call): Promise<unknown> => {
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
      return undefined;
  }
};

const answer = async (call: Call): Promise<unknown> => {
  try {
    return await act(call);
  } catch (error) {
    throw error instanceof HeraldError ? error : new HeraldError('replay-failed', messageOf(error));
  }
};

if (parentPort) {
  const report = answerCalls<Call, EngineReport>(parentPort, answer);
  loop.listen(report);
}
