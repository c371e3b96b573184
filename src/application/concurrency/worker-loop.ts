import { MAX_REMEMBERED_TRIES } from '../../domain/bounds.js';

/** Something that is due. */
export interface WorkItem {
  readonly id: string;
}

export interface WorkerLoopOptions<Item extends WorkItem> {
  /** How many items are worked on at once. */
  readonly concurrency: number;
  /** The queries that find work, the most urgent first: each answers at most `limit` items that `isWanted` picks, earliest first. */
  readonly queues: readonly ((
    limit: number,
    isWanted: (item: Item) => boolean,
  ) => Promise<readonly Item[]>)[];
  /** Works on one item. What it throws is reported, and the item is tried again after a back-off. */
  readonly work: (item: Item) => Promise<void>;
  /** What the item is due for. The same item is due again only once this has changed, or after a pause. */
  readonly versionOf: (item: Item) => string;
  /** Of the items of one group only one is worked on at a time; undefined: of no group. */
  readonly groupOf?: (item: Item) => string | undefined;
  /** Called with every failure, and with undefined when an item that had failed succeeds. */
  readonly onResult: (item: Item, error: unknown) => void;
  /** Called when a query fails, and with undefined when it works again. */
  readonly onQuery: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

/** How many items of one query are in memory at once. */
const PAGE = 200;

/** After success an item that is still due, because its document has not changed yet, is left alone for so long, in milliseconds. */
const UNCHANGED_PAUSE_MS = 60_000;
/** After a failure the first wait, in milliseconds; each further one is twice as long, up to the longest. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

interface Queue<Item extends WorkItem> {
  readonly query: WorkerLoopOptions<Item>['queues'][number];
  readonly buffer: Item[];
  /** It may hold more than what was taken from it. */
  mayHoldMore: boolean;
  isLooking: boolean;
  isWoken: boolean;
}

interface Tried {
  readonly version: string;
  readonly until: number;
  readonly failures: number;
}

/**
 * Works on what is due, several items at once, without ever waiting for all of them: an item that hangs holds up nothing but
 * its own place. It looks for work when it is woken, and whenever a place becomes free while there may be more.
 */
export class WorkerLoop<Item extends WorkItem> {
  readonly #options: WorkerLoopOptions<Item>;
  readonly #underWay = new Map<string, Item>();
  readonly #groups = new Set<string>();
  readonly #tried = new Map<string, Tried>();
  readonly #queues: Queue<Item>[];
  readonly #idle = new Set<() => void>();
  /** An item was left out because one of its group is under way. */
  #hasSkipped = false;
  #isClosed = false;
  /** How many items were begun so far. */
  #begun = 0;

  constructor(options: WorkerLoopOptions<Item>) {
    this.#options = options;
    this.#queues = options.queues.map((query) => ({
      ...{ query, buffer: [], mayHoldMore: false, isLooking: false, isWoken: false },
    }));
  }

  /** Looks for work. Returns at once; several calls before the look count as one. */
  wake(): void {
    for (const queue of this.#queues) {
      queue.isWoken = true;
      if (!queue.isLooking) void this.#look(queue);
    }
  }

  /** Forgets what was tried, so that all that is due is tried at once. */
  forgetTries(): void {
    this.#tried.clear();
    this.wake();
  }

  /**
   * Resolves when nothing is under way, and the last look found nothing more.
   * @returns whether anything was begun meanwhile.
   */
  async settle(): Promise<boolean> {
    const before = this.#begun;
    this.wake();
    await this.#whenIdle();
    return this.#begun > before;
  }

  /** Begins nothing further, and resolves when what is under way has ended. */
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

  /** Each query has a look of its own: one that takes long holds up no other. */
  async #look(queue: Queue<Item>): Promise<void> {
    queue.isLooking = true;
    try {
      while (queue.isWoken && !this.#isClosed) {
        queue.isWoken = false;
        await this.#fill(queue);
      }
      this.#options.onQuery(undefined);
    } catch (error) {
      this.#options.onQuery(error);
    } finally {
      queue.isLooking = false;
      this.#checkIdle();
    }
  }

  /** Begins as much as there is room for. */
  async #fill(queue: Queue<Item>): Promise<void> {
    const { buffer, query } = queue;
    while (!this.#isClosed && this.#underWay.size < this.#options.concurrency) {
      if (buffer.length === 0) {
        const found = await query(PAGE, (item) => this.#isWanted(item));
        queue.mayHoldMore = found.length === PAGE;
        buffer.push(...found);
        if (this.#underWay.size >= this.#options.concurrency) return;
      }
      const item = buffer.shift();
      if (!item) return;
      if (this.#isWanted(item)) this.#begin(item);
    }
  }

  #isWanted(item: Item): boolean {
    if (this.#underWay.has(item.id)) return false;
    const tried = this.#tried.get(item.id);
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
    if (group !== undefined) this.#groups.add(group);
    this.#begun += 1;
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
    const before = this.#tried.get(item.id);
    const failures = error === undefined ? 0 : (before?.failures ?? 0) + 1;
    const pause =
      failures === 0
        ? UNCHANGED_PAUSE_MS
        : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 16));
    this.#tried.delete(item.id);
    this.#tried.set(item.id, {
      version: this.#options.versionOf(item),
      until: this.#options.monotonicMs() + pause,
      failures,
    });
    const [oldest] = this.#tried.keys();
    if (this.#tried.size > MAX_REMEMBERED_TRIES && oldest !== undefined) this.#tried.delete(oldest);
    this.#options.onResult(item, error);
  }
}
