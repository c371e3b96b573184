import { DocumentStore } from '../../application/ports/document-store.js';
import { EventStore } from '../../application/ports/event-store.js';
import type { Config } from '../../infrastructure/config/config.js';
import { CONFIG } from '../../infrastructure/config/config.module.js';
import { documentStoreOf, eventStoreOf } from '../../infrastructure/config/stores.js';

interface Closable {
  close(): Promise<unknown>;
}

/** What a command has opened. It is closed when the command ends, the last one first. */
export class OpenedStores {
  readonly #opened: Closable[] = [];

  /** @throws what the opening throws; then there is nothing to close. */
  async open<S extends Closable>(opening: S | Promise<S>): Promise<S> {
    const store = await opening;
    this.#opened.unshift(store);
    return store;
  }

  async close(): Promise<void> {
    for (const store of this.#opened.splice(0)) await store.close();
  }
}

/** The log that is configured, for reading only. */
export const LOG_TO_READ = {
  provide: EventStore,
  useFactory: (config: Config, stores: OpenedStores) => stores.open(eventStoreOf(config, 'read')),
  inject: [CONFIG, OpenedStores],
};

/** The store of read models that is configured, for reading only. It is opened after the log: if that fails, nothing else is opened. */
export const DOCUMENTS_TO_READ = {
  provide: DocumentStore,
  useFactory: (config: Config, stores: OpenedStores) => stores.open(documentStoreOf(config, 'read')),
  inject: [CONFIG, OpenedStores, EventStore],
};
