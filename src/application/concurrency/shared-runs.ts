interface Run {
  readonly running: Promise<unknown>;
  next: Promise<unknown> | undefined;
}

/** Runs one task of a key at a time. Whoever asks while one runs shares the next one, which begins after they asked. */
export class SharedRuns {
  readonly #runs = new Map<string, Run>();

  /** @returns what the task returns that answers this call: it began at the call or later. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const run = this.#runs.get(key);
    if (!run) return this.#begin(key, task);
    run.next ??= run.running.then(
      () => this.#begin(key, task),
      () => this.#begin(key, task),
    );
    return run.next as Promise<T>;
  }

  #begin<T>(key: string, task: () => Promise<T>): Promise<T> {
    const running = task();
    const run: Run = { running, next: undefined };
    this.#runs.set(key, run);
    const ended = () => {
      if (this.#runs.get(key) === run && run.next === undefined) this.#runs.delete(key);
    };
    running.then(ended, ended);
    return running;
  }
}
