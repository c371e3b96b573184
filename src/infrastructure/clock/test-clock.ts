import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MovableClock } from '../../application/clock/movable-clock.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { toMillis } from '../../domain/kernel/instant.js';

/** A clock that stands still and persists its time in a file, so that time does not go back after a restart. */
export class TestClock extends MovableClock {
  private constructor(
    private readonly file: string,
    private current: Instant,
  ) {
    super();
  }

  /** The clock as it was left, or at `start` the first time. */
  static async open(file: string, start: Instant): Promise<TestClock> {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return new TestClock(file, text?.trim() || start);
  }

  override now(): Instant {
    return this.current;
  }

  /** Moves with the test, like everything that waits. */
  override monotonicMs(): number {
    return toMillis(this.current);
  }

  override async set(now: Instant): Promise<void> {
    if (now < this.current)
      throw new HeraldError(
        'clock-goes-back',
        `The test clock is at ${this.current}: give a later moment.`,
        'now',
      );
    if (now === this.current) return;
    await this.#save(now);
    this.current = now;
  }

  /** Writes a new file and renames it over the old one, so that a crash leaves one or the other. */
  async #save(now: Instant): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    const handle = await open(next, 'w');
    try {
      await handle.writeFile(`${now}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, this.file);
  }
}
