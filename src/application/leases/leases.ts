import { Injectable, Logger } from '@nestjs/common';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { type Collection, type Document, DocumentStore } from '../ports/document-store.js';
import { InstanceIdentity } from '../ports/instance-identity.js';

/** How long a lease that is not renewed stands, in milliseconds: so long a killed instance holds up its part of the work. */
export const LEASE_MS = 6_000;

/** How often leases are renewed, in milliseconds: a few renewals may fail before one is lost. */
export const RENEW_MS = 1_500;

/** How long leases stand, and how often they are renewed. A test may make both shorter. */
@Injectable()
export class LeaseTimes {
  readonly ttlMs: number = LEASE_MS;
  readonly renewMs: number = RENEW_MS;
}

interface Lease extends Document {
  /** Empty when it was given back. */
  readonly holder: string;
  /** Counts the holders. */
  readonly token: number;
}

const LEASES: Collection = { name: 'leases@1', indexes: [] };

/** Somebody else holds the lease now. */
export class LeaseLost extends HeraldError {
  constructor(name: string) {
    super('lease-lost', `Another instance has taken over ${name}.`);
  }
}

/**
 * Leases in the store of the read models. Clocks of different machines are not compared: an instance takes a lease that it has
 * seen unchanged for the TTL. Leases that are held are renewed by a timer that waits for none of the work they protect: work
 * that takes long keeps its lease, and the token (a fencing token) keeps an instance that lost one from writing.
 */
@Injectable()
export class Leases {
  readonly #oneAtATime = new KeyedMutex();
  /** The tokens of the leases that were held at the last look. */
  readonly #held = new Map<string, number>();
  /** The names of those that the timer renews. */
  readonly #renewed = new Set<string>();
  readonly #watched = new Map<string, { readonly position: string; readonly since: number }>();
  readonly #renewals = new NonOverlapping(new Logger(Leases.name), () => this.#renew());
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly holder: InstanceIdentity,
    private readonly times: LeaseTimes,
  ) {}

  async open(): Promise<void> {
    await this.documents.ensure(LEASES);
  }

  /**
   * Renews those that are held, takes those that are free, and answers which are held now. The number of one is another
   * where somebody else has held it since.
   */
  keep(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#oneAtATime.run('leases', async () => {
      const before = await this.#read(names);
      const wanted = names.filter(
        (name) => this.#isOurs(before.get(name)) || this.#isFree(name, before.get(name)),
      );
      await this.#write(wanted.map((name) => this.#next(name, before.get(name), this.holder.id)));
      // Of several that take one at the same moment, the store has let one through.
      const after = await this.#read(wanted);
      const held = wanted.filter((name) => this.#isOurs(after.get(name)));
      for (const name of names) this.#forget(name);
      const tokens = new Map(held.map((name) => [name, after.get(name)?.token ?? 0]));
      for (const [name, token] of tokens) {
        this.#held.set(name, token);
        this.#renewed.add(name);
      }
      this.#runTimer();
      return tokens;
    });
  }

  /** Renews these no more until they are kept again: their work cannot be done here, and another instance may take them. */
  lapse(names: readonly string[]): void {
    for (const name of names) this.#renewed.delete(name);
    this.#runTimer();
  }

  /**
   * For the moment between reading and writing: what was read while the lease was held was changed by nobody else.
   * @throws LeaseLost when another has it.
   */
  async require(name: string): Promise<void> {
    const lease = (await this.#read([name])).get(name);
    if (!this.#isOurs(lease) || lease?.token !== this.#held.get(name)) throw new LeaseLost(name);
  }

  /** Who holds a lease, in words; also that nobody does any more. */
  async holderOf(name: string): Promise<string> {
    return this.holder.described((await this.#read([name])).get(name)?.holder ?? '');
  }

  /** Gives back what is held, so that nobody has to wait. */
  release(names: readonly string[]): Promise<void> {
    this.lapse(names);
    return this.#oneAtATime.run('leases', async () => {
      const leases = await this.#read(names);
      const ours = names.filter((name) => this.#isOurs(leases.get(name)));
      await this.#write(ours.map((name) => this.#next(name, leases.get(name), '')));
      for (const name of names) this.#forget(name);
    });
  }

  /** Only what is still held under the same token: what another has taken is taken back by `keep` alone. */
  #renew(): Promise<void> {
    return this.#oneAtATime.run('leases', async () => {
      const names = [...this.#renewed];
      const leases = await this.#read(names);
      const ours = names.filter((name) => {
        const lease = leases.get(name);
        return this.#isOurs(lease) && lease?.token === this.#held.get(name);
      });
      await this.#write(ours.map((name) => this.#next(name, leases.get(name), this.holder.id)));
    });
  }

  /** Runs while there is something to renew, and keeps no process alive. */
  #runTimer(): void {
    if (this.#renewed.size > 0)
      this.#timer ??= setInterval(() => void this.#renewals.again(), this.times.renewMs).unref();
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #forget(name: string): void {
    this.#held.delete(name);
    this.#renewed.delete(name);
  }

  #isOurs(lease: Lease | undefined): boolean {
    return lease?.holder === this.holder.id;
  }

  #isFree(name: string, lease: Lease | undefined): boolean {
    if (!lease || lease.holder === '' || this.holder.isGone(lease.holder)) return true;
    const now = performance.now();
    const watched = this.#watched.get(name);
    if (watched?.position === lease.position) return now - watched.since > this.times.ttlMs;
    this.#watched.set(name, { position: lease.position, since: now });
    return false;
  }

  #next(name: string, lease: Lease | undefined, holder: string): Lease {
    const position = String(Number(lease?.position ?? 0) + 1).padStart(15, '0');
    const token = (lease?.token ?? 0) + (lease?.holder === holder ? 0 : 1);
    return { id: name, position, holder, token };
  }

  #read(names: readonly string[]): Promise<Map<string, Lease>> {
    return this.documents.get<Lease>(LEASES, names);
  }

  async #write(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    const writes = leases.map((document) => ({ id: document.id, position: document.position, document }));
    await this.documents.write(LEASES, writes);
  }
}
