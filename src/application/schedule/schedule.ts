import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../../domain/herald-error.js';
import { plus } from '../../domain/time/instant.js';
import { Clock } from '../clock/clock.js';
import { AccountDecisions } from '../decisions/account-decisions.js';
import { QueueDecisions } from '../decisions/queue-decisions.js';
import { Delivery } from '../delivery/delivery.js';
import { MailTransport } from '../delivery/mail.js';
import { type AgendaDocument, agenda } from '../projections/agenda.js';
import { Projections } from '../projections/projections.js';
import { DueAgenda } from './due.js';
import { inParallel } from './in-parallel.js';

/** How many entries are in memory at once. */
const CHUNK = 200;

/** How many aggregates are decided about at once: their appends share a commit. */
const DECIDED_AT_ONCE = 32;

/** After an error, or when nothing changed, an entry is left alone for so long, by Herald's clock. */
const PAUSE = 60_000;

interface Tried {
  readonly position: string;
  readonly again: string;
}

/** Does what is due, in order and in bounded chunks, one round at a time. */
@Injectable()
export class Schedule {
  readonly #log = new Logger(Schedule.name);
  readonly #tried = new Map<string, Tried>();
  #round: Promise<void> | undefined;
  readonly #closed = new AbortController();

  constructor(
    private readonly projections: Projections,
    private readonly agenda: DueAgenda,
    private readonly accounts: AccountDecisions,
    private readonly queues: QueueDecisions,
    private readonly delivery: Delivery,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
  ) {}

  /** Whether it was closed: what is due may be left. */
  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Begins a round, unless one is under way: a round that takes longer than a tick never overlaps itself. */
  async tick(): Promise<void> {
    if (this.#round === undefined) await this.settle();
  }

  /** Resolves when nothing is due any more at the present moment. */
  async settle(): Promise<void> {
    while (this.#round !== undefined) await this.#round.catch(() => undefined);
    this.#round = this.#runRound();
    try {
      await this.#round;
    } finally {
      this.#round = undefined;
    }
  }

  /** Begins nothing further, and resolves when what is under way is recorded. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#round?.catch(() => undefined);
  }

  async #runRound(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await this.projections.caughtUp(agenda.name, signal).catch((error) => {
        if (!signal.aborted) throw error;
      });
      if (signal.aborted) return;
      const now = this.clock.now();
      const due = await this.agenda.due(now, CHUNK, (document) => !this.#isPaused(document, now));
      if (due.length === 0) return this.#forgetTried(now);
      // Beside another Herald: begin elsewhere, or both would decide the same at the same moment, and one in vain.
      const mine = this.projections.isWriting(agenda.name) ? due : shuffled(due);
      const width = Math.max(DECIDED_AT_ONCE, this.transport.concurrency);
      await inParallel(mine, width, (document) => this.#attend(document, now));
    }
  }

  async #attend(document: AgendaDocument, now: string): Promise<void> {
    if (this.#closed.signal.aborted) return;
    // A repeat is only worth while once the entry has moved on.
    this.#tried.set(document.id, { position: document.position, again: plus(now, PAUSE) });
    try {
      if (document.kind === 'account') await this.accounts.decide(document.accountId);
      if (document.kind === 'partner' && document.partnerId) await this.queues.decide(document.partnerId);
      if (document.kind === 'delivery')
        await this.delivery.deliver(document.notificationId, this.#closed.signal);
    } catch (error) {
      this.#log.error(`${document.id}: ${messageOf(error)}`);
    }
  }

  #forgetTried(now: string): void {
    for (const [id, { again }] of this.#tried) if (again <= now) this.#tried.delete(id);
  }

  #isPaused({ id, position }: AgendaDocument, now: string): boolean {
    const tried = this.#tried.get(id);
    return tried !== undefined && tried.position === position && now < tried.again;
  }
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
