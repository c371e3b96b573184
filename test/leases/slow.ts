import { setTimeout as wait } from 'node:timers/promises';
import type { EventBus } from '@nestjs/cqrs';
import { Leases, type LeaseTimes } from '../../src/application/leases/leases.js';
import { SecretFingerprint } from '../../src/application/leases/secret-fingerprint.js';
import { type DocumentStore } from '../../src/application/ports/document-store.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { Projections } from '../../src/application/read-models/engine/projections.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { ParkedDocuments } from '../../src/application/read-models/parking/parked-documents.js';
import { SkippedEvents } from '../../src/application/read-models/parking/skipped-events.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { ProcessIdentity } from '../../src/infrastructure/process/process-identity.js';

/** The read models of an instance, without the rest of it; `turns` is how often it looks after its leases. */
export const startReadModels = async (log: EventStore, documents: DocumentStore, times: LeaseTimes) => {
  const leases = new Leases(documents, new ProcessIdentity(), times, new SecretFingerprint('a secret'));
  const bus = { publish: () => undefined } as unknown as EventBus;
  const projections = new Projections(
    log,
    documents,
    new ReadModels(documents),
    leases,
    new ParkedDocuments(documents),
    new SkippedEvents(documents),
    new SystemClock(),
    bus,
  );
  await projections.start();
  let isUnderWay = false;
  const turns = setInterval(() => {
    if (isUnderWay) return;
    isUnderWay = true;
    void projections.keepLeases().finally(() => {
      isUnderWay = false;
    });
  }, times.renewMs);
  return {
    leases,
    projections,
    stop: async () => {
      clearInterval(turns);
      await projections.stop();
    },
  };
};

export type RunningReadModels = Awaited<ReturnType<typeof startReadModels>>;

/** Every read of the agenda takes so long, in milliseconds. */
export const slowAgenda = (documents: DocumentStore, millis: () => number): void => {
  const get = documents.get.bind(documents);
  documents.get = async (collection, ids) => {
    if (collection.name.startsWith('agenda@')) await wait(millis());
    return get(collection, ids);
  };
};
