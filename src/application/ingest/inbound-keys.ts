import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { MAX_KEYS_WAIT_MS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { pause, retryForever } from '../concurrency/back-off.js';
import { LogOnce } from '../concurrency/log-once.js';
import { LogRestored } from '../events/log-restored.js';
import { type Collection, type Document, DocumentStore, type Write } from '../ports/document-store.js';
import { EventStore, type InboundRecord, type Position, type StoredEvent } from '../ports/event-store.js';
import { isOfThisLog } from '../read-models/engine/log-check.js';

const KEYS: Collection = { name: 'inbound-keys@1', indexes: [] };

/** What is recorded of one key; more than one record only where instances took it for several aggregates at the same moment. */
interface KeyDocument extends Document {
  readonly records: readonly Omit<InboundRecord, 'commandId'>[];
}

/**
 * Which CloudEvents the log holds. A log that can look them up is asked; for any other, every instance follows the log and keeps
 * an index beside the read models, which may be lost and is then made again.
 */
@Injectable()
@EventsHandler(LogRestored)
export class InboundKeys implements OnModuleInit, OnApplicationShutdown, IEventHandler<LogRestored> {
  readonly #closed = new AbortController();
  #following = new AbortController();
  readonly #logOnce = new LogOnce(new Logger('InboundKeys'));
  #position: Position = '';
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
  ) {}

  onModuleInit(): void {
    if (!this.log.findsInbound) this.#running = this.#follow();
  }

  /** The index may hold keys that the restored log has lost: it is compared with the log, and made again. */
  handle(): void {
    this.#position = '';
    this.#following.abort();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  /**
   * What is recorded of these commands: all that was durable when this was asked.
   * @throws HeraldError `inbound-keys-behind` when the index has not caught up with the log in time: ask again later; and what
   * the stores throw.
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
          'Herald does not know yet which events it has already, as after its first start on a long log: send the same events again in some seconds.',
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

  /** Up to where the index is; what is ahead of the log is about events that a restored log has lost, and is made again. */
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
    await this.documents.write(KEYS, writes, last.position, last.id);
    this.#position = last.position;
  }
}

/** How often to look whether the index has caught up, in milliseconds. */
const POLL_MS = 2;
