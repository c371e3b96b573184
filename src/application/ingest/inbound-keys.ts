import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { MAX_KEYS_WAIT_MS, MAX_UNSAVED_KEY_EVENTS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { pause, retryForever } from '../concurrency/back-off.js';
import { LogOnce } from '../concurrency/log-once.js';
import { LogRestored } from '../events/log-restored.js';
import { type Collection, type Document, DocumentStore, type Write } from '../ports/document-store.js';
import { EventStore, type InboundRecord, type Position, type StoredEvent } from '../ports/event-store.js';
import { isOfThisLog } from '../read-models/engine/log-check.js';

const KEYS: Collection = { name: 'inbound-keys@1', indexes: [], whenLost: 'It is rebuilt from the log.' };

/** The record of one key. There is more than one only if instances accepted the key for several aggregates at the same moment. */
interface KeyDocument extends Document {
  readonly records: readonly Omit<InboundRecord, 'commandId'>[];
}

/**
 * Knows which CloudEvents are in the log. A log with its own index is queried; for any other log, every instance follows it and
 * keeps an index beside the read models, which may be lost and is then rebuilt.
 */
@Injectable()
@EventsHandler(LogRestored)
export class InboundKeys implements OnModuleInit, IEventHandler<LogRestored> {
  readonly #closed = new AbortController();
  #following = new AbortController();
  readonly #logOnce = new LogOnce(new Logger('InboundKeys'));
  #position: Position = '';
  /** How many events have passed since the checkpoint; none of them has a key. */
  #unsaved = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
  ) {}

  onModuleInit(): void {
    if (!this.log.findsInbound) this.#running = this.#follow();
  }

  /** The index may hold keys that the restored log has lost, so it is compared with the log and rebuilt. */
  handle(): void {
    this.#position = '';
    this.#following.abort();
  }

  /** Follows the log no further. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  /**
   * The records of these commands: everything that was durable at the time of the call.
   * @throws HeraldError `inbound-keys-behind` when the index has not caught up with the log in time (retry later), and what the
   * stores throw.
   */
  async find(commandIds: readonly string[]): Promise<readonly InboundRecord[]> {
    if (commandIds.length === 0) return [];
    if (this.log.findsInbound) return this.log.findInbound(commandIds);
    await this.#catchUp((await this.log.head()) ?? '');
    const found = await this.documents.get<KeyDocument>(KEYS, commandIds);
    return [...found.values()].flatMap(({ id, records }) =>
      records.map((record) => ({ ...record, commandId: id })),
    );
  }

  async #catchUp(head: Position): Promise<void> {
    for (const end = performance.now() + MAX_KEYS_WAIT_MS; this.#position < head; ) {
      if (performance.now() > end || this.#closed.signal.aborted)
        throw new HeraldError(
          'inbound-keys-behind',
          'Herald is still indexing the events that it already has, for example after its first start on a long log. Send the same events again in a few seconds.',
        );
      await pause(POLL_MS, this.#closed.signal);
    }
  }

  #follow(): Promise<void> {
    return retryForever(
      async (isWell) => {
        this.#following = new AbortController();
        const signal = AbortSignal.any([this.#closed.signal, this.#following.signal]);
        const after = await this.#open();
        this.#position = after ?? '';
        this.#unsaved = 0;
        for await (const batch of this.log.subscribeToAll({ ...(after ? { after } : {}), signal })) {
          const last = batch.at(-1);
          if (last) await this.#keep(batch, last);
          this.#logOnce.over();
          isWell();
        }
      },
      (error) => this.#logOnce.about(error),
      this.#closed.signal,
    );
  }

  /** The position of the index. An index ahead of the log covers events that a restored log has lost, and is rebuilt. */
  async #open(): Promise<Position | undefined> {
    await this.documents.ensure(KEYS);
    if (await isOfThisLog(this.log, this.documents, KEYS, this.#closed.signal))
      return this.documents.checkpoint(KEYS);
    await this.documents.drop(KEYS);
    await this.documents.ensure(KEYS);
    return undefined;
  }

  async #keep(batch: readonly StoredEvent[], last: StoredEvent): Promise<void> {
    const inbound = batch.filter(({ metadata }) => metadata.sourceId !== undefined);
    const ids = [...new Set(inbound.map(({ metadata }) => metadata.commandId))];
    const known = ids.length > 0 ? await this.documents.get<KeyDocument>(KEYS, ids) : new Map();
    const documents = new Map<string, KeyDocument>();
    for (const { stream, position, metadata } of inbound) {
      const id = metadata.commandId;
      const records = (documents.get(id) ?? known.get(id))?.records ?? [];
      if (records.some((record: InboundRecord) => record.stream === stream)) continue;
      const digest = metadata.sourceDigest;
      documents.set(id, { id, position, records: [...records, { stream, ...(digest ? { digest } : {}) }] });
    }
    const writes = Array.from(documents.values(), (document): Write => {
      const { id, position } = document;
      return { id, position, document, isNew: !known.has(id) };
    });
    this.#unsaved += batch.length;
    if (writes.length > 0 || this.#unsaved >= MAX_UNSAVED_KEY_EVENTS) {
      await this.documents.write(KEYS, writes, last.position, { event: last.id });
      this.#unsaved = 0;
    }
    this.#position = last.position;
  }
}

/** How often to check whether the index has caught up, in milliseconds. */
const POLL_MS = 2;
