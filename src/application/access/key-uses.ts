import { Injectable, Logger } from '@nestjs/common';
import { MAX_API_KEYS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { LogOnce } from '../concurrency/log-once.js';
import { Clock } from '../ports/clock.js';
import { type Collection, type Document, DocumentStore, type Write } from '../ports/document-store.js';

/** How often the use of one key is written by one instance, in milliseconds. */
const WRITE_EVERY_MS = 60_000;

/** Its position is the moment of the use, so that the latest use remains whichever instance writes it. */
interface KeyUse extends Document {
  readonly at: Instant;
}

const USES: Collection = {
  name: 'key-uses@1',
  indexes: [],
  whenLost: 'When API keys were last used is lost; it is noted again with their next use.',
};

/** When API keys were last used. Kept beside the read models: it is no history, and losing it harms nobody. */
@Injectable()
export class KeyUses {
  readonly #failures = new LogOnce(new Logger(KeyUses.name));
  readonly #writtenAt = boundedCache<number>(MAX_API_KEYS);
  #opening: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  /** Notes that a key is used now. Nobody waits for it: a use that cannot be written is noted with the next one. */
  note(keyId: string): void {
    const now = performance.now();
    if (now - (this.#writtenAt.get(keyId) ?? Number.NEGATIVE_INFINITY) < WRITE_EVERY_MS) return;
    this.#writtenAt.set(keyId, now);
    const at = this.clock.now();
    this.#write([{ id: keyId, position: at, document: { id: keyId, position: at, at } as Document }]).then(
      () => this.#failures.over(),
      (error: unknown) => {
        this.#writtenAt.delete(keyId);
        this.#failures.about(error);
      },
    );
  }

  /** When these keys were last used, to the minute; those without a known use are omitted. */
  async of(keyIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
    await this.#open();
    const uses = await this.documents.get<KeyUse>(USES, keyIds);
    return new Map([...uses.values()].map(({ id, at }) => [id, at]));
  }

  /** Forgets the uses of keys that are no longer listed. */
  async forget(keyIds: readonly string[]): Promise<void> {
    const position = this.clock.now();
    if (keyIds.length > 0)
      await this.#write(keyIds.map((id) => ({ id, position, document: undefined }) satisfies Write));
  }

  async #write(writes: readonly Write[]): Promise<void> {
    await this.#open();
    await this.documents.write(USES, writes);
  }

  #open(): Promise<void> {
    this.#opening ??= this.documents.ensure(USES).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}
