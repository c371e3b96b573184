import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A temporary folder that only its owner can read. It is removed when the command ends, also when a signal ends it. */
export class TemporaryFolder {
  private constructor(readonly path: string) {
    for (const signal of SIGNALS) process.once(signal, this.#interrupted);
  }

  /** Makes one whose name begins with `prefix`. */
  static async make(prefix: string): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), prefix)));
  }

  /** Removes it. */
  async close(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    this.#forgetSignals();
  }

  /** Ends the process as the signal would have. */
  readonly #interrupted = (signal: NodeJS.Signals): void => {
    this.#forgetSignals();
    rmSync(this.path, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };

  #forgetSignals(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#interrupted);
  }
}
