import { setTimeout as wait } from 'node:timers/promises';
import type { EventBus } from '@nestjs/cqrs';
import { type DocumentStore } from '../../src/application/document-store.js';
import type { EventStore } from '../../src/application/event-store.js';
import { Leases, type LeaseTimes } from '../../src/application/leases/leases.js';
import { Projections } from '../../src/application/projections/projections.js';
import { ReadModels } from '../../src/application/projections/read-models.js';
import { ParkedDocuments } from '../../src/application/read-models/parked-documents.js';
import { SkippedEvents } from '../../src/application/read-models/skipped-events.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { ProcessHolder } from '../../src/infrastructure/process-holder.js';

/** The read models of an instance, without the rest of it; `turns` is how often it looks after its leases. */
export const startReadModels = async (log: EventStore, documents: DocumentStore, times: LeaseTimes) => {
  const leases = new Leases(documents, new ProcessHolder(), times);
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
