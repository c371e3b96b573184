import { type FileHandle, open } from 'node:fs/promises';

/** The file of a log. Those that wait at the same time share one fsync. */
export class Disk {
  #pending: Buffer[] = [];
  #next: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<Disk> {
    return new Disk(await open(path, 'a'));
  }

  /** Resolves when the bytes are on the disk. */
  write(bytes: readonly Buffer[]): Promise<void> {
    this.#pending.push(...bytes);
    this.#next ??= this.#running.then(() => this.#flush());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next;
    await this.file.close();
  }

  #flush(): Promise<void> {
    const bytes = this.#pending;
    this.#pending = [];
    this.#next = undefined;
    this.#running = this.file.writev(bytes).then(() => this.file.datasync());
    return this.#running;
  }
}
