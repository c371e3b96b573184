import { Injectable } from '@nestjs/common';
import { HeraldError } from '../../domain/herald-error.js';
import { KeyedQueue } from '../aggregates/keyed-queue.js';
import { type Collection, type Document, DocumentStore } from '../document-store.js';
import { Holder } from './holder.js';

/** How long a lease that is not renewed stands, in milliseconds: so long a killed Herald holds up its part of the work. */
export const LEASE_MS = 6_000;

/** How often leases are renewed, in milliseconds: a few renewals may fail before one is lost. */
export const RENEW_MS = 1_500;

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
    super('lease-lost', `Another Herald has taken over ${name}.`);
  }
}

/**
 * Leases in the store of the read models. Clocks of different machines are not compared: a lease has run out when it did not
 * change for so long as the one who wants it has watched it.
 */
@Injectable()
export class Leases {
  readonly #oneAtATime = new KeyedQueue();
  readonly #held = new Map<string, number>();
  readonly #watched = new Map<string, { readonly position: string; readonly since: number }>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly holder: Holder,
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
      for (const name of names) this.#held.delete(name);
      const tokens = new Map(held.map((name) => [name, after.get(name)?.token ?? 0]));
      for (const [name, token] of tokens) this.#held.set(name, token);
      return tokens;
    });
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
    return this.#oneAtATime.run('leases', async () => {
      const leases = await this.#read(names);
      const ours = names.filter((name) => this.#isOurs(leases.get(name)));
      await this.#write(ours.map((name) => this.#next(name, leases.get(name), '')));
      for (const name of names) this.#held.delete(name);
    });
  }

  #isOurs(lease: Lease | undefined): boolean {
    return lease?.holder === this.holder.id;
  }

  #isFree(name: string, lease: Lease | undefined): boolean {
    if (!lease || lease.holder === '' || this.holder.isGone(lease.holder)) return true;
    const now = performance.now();
    const watched = this.#watched.get(name);
    if (watched?.position === lease.position) return now - watched.since > LEASE_MS;
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
