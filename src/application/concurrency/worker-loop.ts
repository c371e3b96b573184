import { MAX_REMEMBERED_TRIES } from '../../domain/bounds.js';
import { HeraldError, hasCode } from '../../domain/kernel/herald-error.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { backOffMs } from './back-off.js';

/** A due item of work. */
export interface WorkItem {
  readonly id: string;
}

export interface WorkerLoopOptions<Item extends WorkItem> {
  /**
   * How many items are processed at once; asked again before each.
   * @param queue from which of the queries the next one comes, from 0. One of the first may begin although items of another take more room.
   */
  readonly concurrency: (queue: number) => number;
  /**
   * The queries that find work, the most urgent first. Each returns at most `limit` items accepted by `isWanted`, earliest
   * first.
   */
  readonly queues: readonly ((
    limit: number,
    isWanted: (item: Item) => boolean,
  ) => Promise<readonly Item[]>)[];
  /** Processes one item. An error is reported, and the item is retried after a back-off. */
  readonly work: (item: Item) => Promise<void>;
  /** The version of the item's due work. The same item is due again only once it changes, or after a pause. */
  readonly versionOf: (item: Item) => string;
  /** Only one item of a group is processed at a time; undefined: the item has no group. */
  readonly groupOf?: (item: Item) => string | undefined;
  /** Called with every failure, and with undefined when an item that had failed succeeds. */
  readonly onResult: (item: Item, error: unknown) => void;
  /** Called when a query fails, and with undefined when it works again. @param queue which of the queries, from 0. */
  readonly onQuery: (error: unknown, queue: number) => void;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
}

/** Page size of one query. */
const PAGE = 200;

/** How long, in milliseconds, an item is skipped after success if it is still due because its document has not changed yet. */
const UNCHANGED_PAUSE_MS = 60_000;
/** The first retry delay after a failure, in milliseconds; it doubles up to the maximum. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** The same for an item that fails because the event store does not take it, as while a leader is elected: none is at fault. */
const MAX_STORE_RETRY_MS = 5_000;

interface Queue<Item extends WorkItem> {
  readonly number: number;
  readonly query: WorkerLoopOptions<Item>['queues'][number];
  readonly buffer: Item[];
  /** It may have more items than were taken from it. */
  mayHoldMore: boolean;
  /** The query that is under way. */
  page: Promise<void> | undefined;
  isLooking: boolean;
  isWoken: boolean;
}

/** What failed at the last try of an item, and when it is tried again. */
export interface FailedTry {
  /** Without details that only the log may have. */
  readonly message: string;
  /** From now, in milliseconds; 0: at the next look. */
  readonly againInMs: number;
}

/** What a loop does at the moment. */
export interface LoopActivity {
  /** How many items it processes at once, at most. */
  readonly concurrency: number;
  readonly inFlight: number;
  /** How many items it has processed since it began, each time that one was. */
  readonly processed: number;
  /** Milliseconds since an item began or ended; absent if none has. */
  readonly idleMs?: number;
}

interface Tried {
  readonly version: string;
  readonly until: number;
  readonly failures: number;
  /** Of the last try, if it failed. */
  readonly message?: string;
}

/**
 * Processes due items concurrently without ever waiting for all of them: an item that hangs blocks only its own slot. It looks
 * for work when it is woken, and whenever a slot becomes free while there may be more.
 */
export class WorkerLoop<Item extends WorkItem> {
  readonly #options: WorkerLoopOptions<Item>;
  readonly #underWay = new Map<string, Item>();
  readonly #groups = new Set<string>();
  readonly #tried = boundedCache<Tried>(MAX_REMEMBERED_TRIES);
  readonly #queues: Queue<Item>[];
  readonly #idle = new Set<() => void>();
  /** An item was skipped because another of its group is in progress. */
  #hasSkipped = false;
  #isClosed = false;
  #processed = 0;
  /** When an item last began or ended, by the monotonic clock. */
  #activeAt: number | undefined;

  constructor(options: WorkerLoopOptions<Item>) {
    this.#options = options;
    this.#queues = options.queues.map((query, number) => ({
      number,
      query,
      buffer: [],
      mayHoldMore: false,
      page: undefined,
      isLooking: false,
      isWoken: false,
    }));
  }

  /** Looks for work. Returns at once; several calls before the look are coalesced. */
  wake(): void {
    for (const queue of this.#queues) {
      queue.isWoken = true;
      if (!queue.isLooking) void this.#look(queue);
    }
  }

  /** Forgets recent tries, so that everything due is tried at once. */
  forgetTries(): void {
    this.#tried.clear();
    this.wake();
  }

  /** The last try of the item with this id, if it failed and was not made up for since. */
  failedTry(id: string): FailedTry | undefined {
    const { message, until = 0 } = this.#tried.peek(id) ?? {};
    return message === undefined
      ? undefined
      : { message, againInMs: Math.max(0, until - this.#options.monotonicMs()) };
  }

  /** How many items have been processed so far, each time that one was. */
  get processed(): number {
    return this.#processed;
  }

  get activity(): LoopActivity {
    const { concurrency, monotonicMs } = this.#options;
    return {
      ...{ concurrency: concurrency(0), inFlight: this.#underWay.size, processed: this.#processed },
      ...(this.#activeAt === undefined ? {} : { idleMs: Math.round(monotonicMs() - this.#activeAt) }),
    };
  }

  /** Resolves when nothing is in progress and the last look found nothing more. */
  settle(): Promise<void> {
    this.wake();
    return this.#whenIdle();
  }

  /** Starts nothing further, and resolves when the items in progress have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { buffer } of this.#queues) buffer.length = 0;
    await this.#whenIdle();
  }

  #whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.add(resolve);
      this.#checkIdle();
    });
  }

  #checkIdle(): void {
    if (this.#underWay.size > 0 || this.#queues.some(({ isLooking }) => isLooking)) return;
    const waiting = [...this.#idle];
    this.#idle.clear();
    for (const resolve of waiting) resolve();
  }

  /** Each query is looked at on its own: a slow one does not block the others. */
  async #look(queue: Queue<Item>): Promise<void> {
    queue.isLooking = true;
    try {
      while (queue.isWoken && !this.#isClosed) {
        queue.isWoken = false;
        await this.#fill(queue);
      }
      this.#options.onQuery(undefined, queue.number);
    } catch (error) {
      this.#options.onQuery(error, queue.number);
    } finally {
      queue.isLooking = false;
      this.#checkIdle();
    }
  }

  /** Starts as many items as there is room for. */
  async #fill(queue: Queue<Item>): Promise<void> {
    const { buffer } = queue;
    while (!this.#isClosed && this.#underWay.size < this.#options.concurrency(queue.number)) {
      if (buffer.length === 0) {
        await this.#nextPage(queue);
        if (this.#underWay.size >= this.#options.concurrency(queue.number)) return;
      }
      const item = buffer.shift();
      if (!item) return;
      if (this.#isWanted(item)) this.#begin(item);
      // The slots do not run empty during the query. A failure is reported by the look that needs the page.
      if (queue.mayHoldMore && buffer.length < PAGE / 2) this.#nextPage(queue).catch(() => undefined);
    }
  }

  #nextPage(queue: Queue<Item>): Promise<void> {
    queue.page ??= this.#query(queue);
    return queue.page;
  }

  async #query(queue: Queue<Item>): Promise<void> {
    const { buffer, query } = queue;
    const known = new Set(buffer.map(({ id }) => id));
    try {
      const found = await query(PAGE, (item) => !known.has(item.id) && this.#isWanted(item));
      queue.mayHoldMore = found.length === PAGE;
      if (!this.#isClosed) buffer.push(...found);
    } finally {
      queue.page = undefined;
    }
  }

  #isWanted(item: Item): boolean {
    if (this.#underWay.has(item.id)) return false;
    const tried = this.#tried.peek(item.id);
    const isPaused = tried && this.#options.monotonicMs() < tried.until;
    if (isPaused && tried.version === this.#options.versionOf(item)) return false;
    const group = this.#options.groupOf?.(item);
    if (group === undefined || !this.#groups.has(group)) return true;
    this.#hasSkipped = true;
    return false;
  }

  #begin(item: Item): void {
    const group = this.#options.groupOf?.(item);
    this.#underWay.set(item.id, item);
    this.#activeAt = this.#options.monotonicMs();
    if (group !== undefined) this.#groups.add(group);
    void this.#options
      .work(item)
      .then(
        () => this.#ended(item, undefined),
        (error: unknown) => this.#ended(item, error),
      )
      .finally(() => {
        this.#underWay.delete(item.id);
        if (group !== undefined) this.#groups.delete(group);
        if (this.#mayBeMore()) this.wake();
        this.#checkIdle();
      });
  }

  #mayBeMore(): boolean {
    if (this.#isClosed) return false;
    const hasSkipped = this.#hasSkipped;
    this.#hasSkipped = false;
    return hasSkipped || this.#queues.some(({ buffer, mayHoldMore }) => mayHoldMore || buffer.length > 0);
  }

  #ended(item: Item, error: unknown): void {
    this.#processed += 1;
    this.#activeAt = this.#options.monotonicMs();
    const failures = error === undefined ? 0 : (this.#tried.peek(item.id)?.failures ?? 0) + 1;
    const most = hasCode(error, 'event-store-unavailable') ? MAX_STORE_RETRY_MS : MAX_RETRY_MS;
    const pause = failures === 0 ? UNCHANGED_PAUSE_MS : backOffMs(failures - 1, FIRST_RETRY_MS, most);
    this.#tried.set(item.id, {
      version: this.#options.versionOf(item),
      until: this.#options.monotonicMs() + pause,
      failures,
      ...(error === undefined ? {} : { message: shown(error) }),
    });
    this.#options.onResult(item, error);
  }
}

/** Messages of other errors may name hosts and files. */
const shown = (error: unknown): string =>
  error instanceof HeraldError
    ? `${error.message} (${error.code})`
    : 'an unexpected error, which the log has';
