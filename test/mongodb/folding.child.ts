import { Collection } from 'mongodb';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { MongodbDocumentStore } from '../../src/infrastructure/mongodb/mongodb-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { COUNTS, counting } from './counting.js';

/** Folds a log into MongoDB; is killed when it has written the documents of so many batches, and before the checkpoint. */
const [, , url = '', file = '', batches = '0'] = process.argv;

const bulkWrite = Collection.prototype.bulkWrite;
let checkpoints = 0;
Collection.prototype.bulkWrite = function (...args) {
  if (this.collectionName === 'collections') checkpoints += 1;
  if (checkpoints > 0 && checkpoints === Number(batches)) process.kill(process.pid, 'SIGKILL');
  return bulkWrite.apply(this, args);
};

const log = new SqliteEventStore({ file });
const documents = new MongodbDocumentStore({ url });
const projector = new Projector(counting, documents, COUNTS);
await projector.open();
for await (const batch of log.readAll()) await projector.fold(batch);
await documents.close();
await log.close();
process.disconnect?.();
