import { Injectable, Logger } from '@nestjs/common';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { type Collection, type Document, DocumentStore } from '../ports/document-store.js';
import { InstanceIdentity } from '../ports/instance-identity.js';
import { SecretFingerprint } from './secret-fingerprint.js';

/** The lease TTL in milliseconds: how long a killed instance delays its part of the work. */
export const LEASE_MS = 6_000;

/** The renewal interval in milliseconds: a few renewals may fail before a lease is lost. */
export const RENEW_MS = 1_500;

/** The lease TTL and the renewal interval. A test may shorten both. */
@Injectable()
export class LeaseTimes {
  readonly ttlMs: number = LEASE_MS;
  readonly renewMs: number = RENEW_MS;
}

interface Lease extends Document {
  /** The instance that holds the lease; empty after a release. */
  readonly holder: string;
  /** The fencing token: increases with every new holder. */
  readonly token: number;
  /** The fingerprint of the holder's secret; absent after a release, and in leases of older versions of Herald. */
  readonly secret?: string;
}

/** A lease, for operators. */
export interface LeaseStatus {
  /** What it is about, such as `projection:history`. */
  readonly name: string;
  /** Where its holder runs; absent while nobody holds it. */
  readonly holder?: string;
  /** Whether this instance holds it. */
  readonly mine: boolean;
  /** The fencing token: increases with every new holder. */
  readonly token: number;
  /** For how long, in milliseconds, this instance has seen it without a renewal. */
  readonly unchangedMs: number;
}

/** Each is of one kind of work, so there are few. */
const MAX_LEASES = 200;

const LEASES: Collection = {
  name: 'leases@1',
  indexes: [],
  whenLost: 'Nothing is lost: instances take their leases again.',
};

/** Another instance holds the lease now. */
export class LeaseLost extends HeraldError {
  constructor(name: string) {
    super('lease-lost', `Another instance has taken over ${name}.`);
  }
}

/**
 * Leases in the store of the read models. Expiry needs no synchronised clocks: a contender takes a lease that it has seen
 * unchanged for the TTL. A timer renews held leases independently of the work that they protect, so long work keeps its lease,
 * and the fencing token keeps an instance that lost its lease from writing.
 */
@Injectable()
export class Leases {
  readonly #oneAtATime = new KeyedMutex();
  /** The fencing tokens of the leases held at the last look. */
  readonly #held = new Map<string, number>();
  /** The names of the leases that the timer renews. */
  readonly #renewed = new Set<string>();
  readonly #watched = new Map<string, { readonly position: string; readonly since: number }>();
  /** When held leases were renewed. */
  readonly #renewedAt = new Map<string, number>();
  /** By lease: its holder, where that has another secret. */
  readonly #otherSecrets = new Map<string, string>();
  readonly #renewals = new NonOverlapping(new Logger(Leases.name), () => this.#renew());
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;

  constructor(
    private readonly documents: DocumentStore,
    private readonly instance: InstanceIdentity,
    private readonly times: LeaseTimes,
    private readonly secret: SecretFingerprint,
  ) {}

  /** An instance that held a lease at the last look, and has another secret than this one; undefined if there is none. */
  get holderWithOtherSecret(): string | undefined {
    const [holder] = this.#otherSecrets.values();
    return holder === undefined ? undefined : this.instance.described(holder);
  }

  async open(): Promise<void> {
    await this.documents.ensure(LEASES);
    this.#isOpen = true;
  }

  /**
   * Renews held leases, takes free ones, and returns the tokens of those held now. A lease has a new token if another instance
   * has held it in between.
   */
  keep(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#oneAtATime.run('leases', async () => {
      const before = await this.#read(names);
      const wanted = names.filter((name) => this.#isOurs(before.get(name)) || this.#isFree(before.get(name)));
      await this.#write(wanted.map((name) => this.#next(name, before.get(name), this.instance.id)));
      // If several instances take one at the same moment, the store accepts one write.
      const after = await this.#read(wanted);
      const held = wanted.filter((name) => this.#isOurs(after.get(name)));
      for (const name of names) {
        this.#forget(name);
        this.#compareSecret(name, after.get(name) ?? before.get(name));
      }
      const tokens = new Map(held.map((name) => [name, after.get(name)?.token ?? 0]));
      for (const [name, token] of tokens) {
        this.#held.set(name, token);
        this.#renewed.add(name);
      }
      this.#runTimer();
      return tokens;
    });
  }

  /** Stops renewing these until they are kept again: their work cannot be done here, so another instance may take them. */
  lapse(names: readonly string[]): void {
    for (const name of names) {
      this.#renewed.delete(name);
      this.#otherSecrets.delete(name);
    }
    this.#runTimer();
  }

  /**
   * Call it between reading and writing: nobody else has changed what was read while the lease was held.
   * @throws LeaseLost when another instance has it.
   */
  async require(name: string): Promise<void> {
    const lease = (await this.#read([name])).get(name);
    if (!this.#isOurs(lease) || lease?.token !== this.#held.get(name)) throw new LeaseLost(name);
  }

  /** A description of the instance that holds a lease, or of the fact that none does. */
  async holderOf(name: string): Promise<string> {
    return this.instance.described((await this.#read([name])).get(name)?.holder ?? '');
  }

  /** All leases, by name. */
  async all(): Promise<readonly LeaseStatus[]> {
    const { documents } = await this.documents.find<Lease>(LEASES, { limit: MAX_LEASES });
    return documents.map((lease) => {
      const { id: name, holder, token } = lease;
      const mine = this.#isOurs(lease);
      return {
        ...{ name, mine, token },
        ...(holder === '' ? {} : { holder: this.instance.described(holder) }),
        unchangedMs: Math.round(mine ? this.#sinceRenewal(name) : this.#unchangedFor(lease)),
      };
    });
  }

  /** Releases held leases, so that no instance has to wait for the TTL. */
  async release(names: readonly string[]): Promise<void> {
    this.lapse(names);
    // An instance that stops while it starts holds none, and its store may have no place for them yet.
    if (!this.#isOpen) return;
    return this.#oneAtATime.run('leases', async () => {
      const leases = await this.#read(names);
      const ours = names.filter((name) => this.#isOurs(leases.get(name)));
      await this.#write(ours.map((name) => this.#next(name, leases.get(name), '')));
      for (const name of names) this.#forget(name);
    });
  }

  /** Renews only leases still held under the same token; `keep` alone takes back a lost one. */
  #renew(): Promise<void> {
    return this.#oneAtATime.run('leases', async () => {
      const names = [...this.#renewed];
      const leases = await this.#read(names);
      const ours = names.filter((name) => {
        const lease = leases.get(name);
        return this.#isOurs(lease) && lease?.token === this.#held.get(name);
      });
      await this.#write(ours.map((name) => this.#next(name, leases.get(name), this.instance.id)));
    });
  }

  /** Runs while there is something to renew; does not keep the process alive. */
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
    this.#otherSecrets.delete(name);
  }

  #compareSecret(name: string, lease: Lease | undefined): void {
    const isOther = lease?.secret !== undefined && lease.secret !== this.secret.text && !this.#isFree(lease);
    if (isOther) this.#otherSecrets.set(name, lease.holder);
  }

  #isOurs(lease: Lease | undefined): boolean {
    return lease?.holder === this.instance.id;
  }

  #isFree(lease: Lease | undefined): boolean {
    if (!lease || lease.holder === '' || this.instance.isGone(lease.holder)) return true;
    return this.#unchangedFor(lease) > this.times.ttlMs;
  }

  /** For how long this instance has seen it unchanged, in milliseconds; 0 at the first look after a change. */
  #unchangedFor({ id, position }: Lease): number {
    const now = performance.now();
    const watched = this.#watched.get(id);
    if (watched?.position === position) return now - watched.since;
    this.#watched.set(id, { position, since: now });
    return 0;
  }

  #sinceRenewal(name: string): number {
    const now = performance.now();
    return now - (this.#renewedAt.get(name) ?? now);
  }

  #next(name: string, lease: Lease | undefined, holder: string): Lease {
    const position = String(Number(lease?.position ?? 0) + 1).padStart(15, '0');
    const token = (lease?.token ?? 0) + (lease?.holder === holder ? 0 : 1);
    return { id: name, position, holder, token, ...(holder === '' ? {} : { secret: this.secret.text }) };
  }

  #read(names: readonly string[]): Promise<Map<string, Lease>> {
    return this.documents.get<Lease>(LEASES, names);
  }

  async #write(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    const writes = leases.map((document) => ({ id: document.id, position: document.position, document }));
    await this.documents.write(LEASES, writes);
    for (const { id, holder } of leases)
      if (holder === this.instance.id) this.#renewedAt.set(id, performance.now());
  }
}
