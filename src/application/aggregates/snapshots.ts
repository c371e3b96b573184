import { Injectable, Logger } from '@nestjs/common';
import { MAX_SNAPSHOT_WAIT_MS } from '../../domain/bounds.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import { pause } from '../concurrency/back-off.js';
import { LogOnce } from '../concurrency/log-once.js';
import { type Collection, type Document, DocumentStore } from '../ports/document-store.js';
import type { Loaded } from './loaded.js';
import { RememberedCommands } from './remembered-commands.js';

const SNAPSHOTS: Collection = {
  name: 'snapshots@1',
  indexes: [],
  whenLost: 'Nothing is lost: snapshots are made again from the log.',
};

interface Snapshot extends Document, Pick<Loaded<unknown>, 'revision' | 'eventId' | 'state'> {
  /** The stream. */
  readonly id: string;
  /** The versions of Herald and of the decider; a snapshot of another version is ignored. */
  readonly version: string;
  readonly commands: readonly (readonly [string, string?])[];
}

/** The part of a decider that snapshots depend on. */
type Versioned<S> = Pick<Decider<S, never, Fact>, 'snapshotVersion' | 'initialState'>;

/** Keeps states of aggregates with long streams, so that they need not be folded from the first event. */
export abstract class Snapshots {
  /** The last snapshot of a stream that this version can use; undefined if there is none, or none in time. */
  abstract find<S>(decider: Versioned<S>, stream: string): Promise<Loaded<S> | undefined>;

  /** Keeps a snapshot. Returns at once; a failure is harmless, because the log has everything. */
  abstract keep<S>(decider: Versioned<S>, stream: string, loaded: Loaded<S>): void;

  /** Removes a snapshot that does not fit the log. Returns at once. */
  abstract discard(stream: string, loaded: Loaded<unknown>): void;
}

/** Keeps no snapshots: everything is folded from the log. */
export const NO_SNAPSHOTS: Snapshots = {
  find: async () => undefined,
  keep: () => undefined,
  discard: () => undefined,
};

/** Snapshots beside the read models, one document per stream. They may be lost at any time. */
@Injectable()
export class DocumentSnapshots extends Snapshots {
  readonly #logOnce = new LogOnce(new Logger('Snapshots'));
  /** Streams whose snapshot is being written. */
  readonly #busy = new Set<string>();
  #ready: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly release: string,
  ) {
    super();
  }

  override async find<S>(decider: Versioned<S>, stream: string): Promise<Loaded<S> | undefined> {
    const found = await this.#attempt(() => this.#read(stream));
    if (!found || found.version !== this.#versionOf(decider)) return undefined;
    const { revision, eventId, position, state } = found;
    const size = JSON.stringify(state).length;
    return {
      ...{ state: state as S, revision, eventId, position, snapshotAt: revision, size, measured: size },
      commands: found.commands.reduce(
        (known, [id, digest]) => known.and(id, digest),
        RememberedCommands.NONE,
      ),
    };
  }

  override keep<S>(decider: Versioned<S>, stream: string, loaded: Loaded<S>): void {
    const { revision, eventId, position, state } = loaded;
    const commands = Array.from(loaded.commands, ([id, digest]) => (digest ? [id, digest] : [id]));
    const document = {
      id: stream,
      position,
      version: this.#versionOf(decider),
      revision,
      eventId,
      state,
      commands,
    };
    this.#write(stream, position, document);
  }

  override discard(stream: string, { position }: Loaded<unknown>): void {
    // After its own position, because a document only gives way to later ones.
    this.#write(stream, `${position}~`, undefined);
  }

  #write(id: string, position: string, document: Document | undefined): void {
    if (this.#busy.has(id)) return;
    this.#busy.add(id);
    void this.#attempt(async () => {
      await this.#open();
      await this.documents.write(SNAPSHOTS, [{ id, position, document }]);
    }).finally(() => this.#busy.delete(id));
  }

  async #read(stream: string): Promise<Snapshot | undefined> {
    await this.#open();
    return (await this.documents.get<Snapshot>(SNAPSHOTS, [stream])).get(stream);
  }

  /** A store that is unavailable, full or damaged costs time, but never an answer. */
  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    const over = new AbortController();
    try {
      const answer = await Promise.race([work(), late(over.signal)]);
      this.#logOnce.over();
      return answer;
    } catch (error) {
      this.#logOnce.about(error);
      return undefined;
    } finally {
      over.abort();
    }
  }

  #open(): Promise<void> {
    this.#ready ??= this.documents.ensure(SNAPSHOTS).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  #versionOf({ snapshotVersion }: Versioned<unknown>): string {
    return `${this.release}/${snapshotVersion}`;
  }
}

const late = async (signal: AbortSignal): Promise<never> => {
  await pause(MAX_SNAPSHOT_WAIT_MS, signal);
  throw new Error('No snapshot within two seconds; reading the log instead.');
};
