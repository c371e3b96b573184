import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach } from 'vitest';
import { type Instance, startInstance } from '../chaos/instance.js';
import { table } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';

/** Processes of Herald on the files of one folder, and the scripted mail server that they send to. */
export class Processes {
  #folder = '';
  #smtp: FaultySmtp | undefined;
  #running: Instance[] = [];

  get folder(): string {
    return this.#folder;
  }

  /** @throws Error before `serve`. */
  get smtp(): FaultySmtp {
    if (!this.#smtp) throw new Error('The mail server has not been started.');
    return this.#smtp;
  }

  async begin(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'herald-faults-'));
  }

  async end(): Promise<void> {
    for (const instance of this.#running) await instance.kill();
    this.#running = [];
    await this.#smtp?.close();
    this.#smtp = undefined;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Starts the mail server. */
  async serve(...how: Parameters<typeof startFaultySmtp>): Promise<void> {
    this.#smtp = await startFaultySmtp(...how);
  }

  /** Starts an instance with so many connections to the mail server. */
  async start(changes: Readonly<Record<string, string>> = {}, lanes = 1): Promise<Instance> {
    const HERALD_MAIL = `smtp://127.0.0.1:${this.smtp.port}?lanes=${lanes}`;
    const instance = await startInstance(this.#folder, { HERALD_MAIL, ...changes });
    this.#running.push(instance);
    return instance;
  }
}

/** For each test of a spec processes and a folder of their own; the table of faults is printed at the end. */
export const useProcesses = (): Processes => {
  const processes = new Processes();
  beforeEach(() => processes.begin());
  afterEach(() => processes.end());
  afterAll(() => {
    process.stdout.write(`\n${table()}\n`);
  });
  return processes;
};

/** Publishes so many people, and that the account of each was refused: a mail for each. The instance may end meanwhile. */
export const burst = async (herald: Instance, mails: number): Promise<void> => {
  await herald.publish(...partners(mails));
  await herald.publish(...refused(upTo(mails))).catch(() => undefined);
};

/** Resolves when the process of an instance has ended. */
export const ended = async ({ process }: Instance): Promise<void> => {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
};
