/** Limits concurrency; waiting work is served first come, first served. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(private readonly most: number) {
    this.#free = most;
  }

  /** @param isFirst goes before the work that is already waiting. */
  async run<T>(work: () => Promise<T>, isFirst = false): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting[isFirst ? 'unshift' : 'push'](resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  /** Runs exclusively: takes all permits, before the work that is already waiting. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    let giveBack = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      giveBack = resolve;
    });
    const take = (taken: () => void) =>
      this.run(() => {
        taken();
        return done;
      }, true);
    const turns = Array.from({ length: this.most }, () => new Promise<void>((taken) => void take(taken)));
    await Promise.all(turns);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }
}
