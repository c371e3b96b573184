import { Injectable } from '@nestjs/common';
import { MAX_DECISIONS_AT_ONCE } from '../../domain/bounds.js';
import type { Subject } from '../../domain/rules/shared/verdict.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { atMost } from '../concurrency/back-off.js';
import { shuffled } from '../concurrency/shuffled.js';
import { Worker } from '../concurrency/worker.js';
import { type FailedTry, WorkerLoop } from '../concurrency/worker-loop.js';
import { Health } from '../health/health.js';
import { Clock } from '../ports/clock.js';
import { type AgendaDocument, agenda, ids, type Lane } from '../read-models/agenda/agenda.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { Projections } from '../read-models/engine/projections.js';
import { AccountDecisions } from './account-decisions.js';
import { DecisionPace } from './decision-pace.js';
import { QueueDecisions } from './queue-decisions.js';
import { UndeliveredFollowUp } from './undelivered-follow-up.js';

/** How long the instance that writes the agenda waits for it before it decides in bulk, in milliseconds. */
const MAX_WAIT_MS = 50;

const LANES = ['interactive-decision', 'decision'] as const satisfies readonly Lane[];

/** Makes the decisions that are due, several at once. It knows nothing of mail servers, and waits for none. */
@Injectable()
export class DecisionWorker extends Worker<AgendaDocument> {
  protected readonly loop: WorkerLoop<AgendaDocument>;

  constructor(
    private readonly projections: Projections,
    private readonly dueAgenda: DueAgenda,
    private readonly accounts: AccountDecisions,
    private readonly queues: QueueDecisions,
    private readonly undelivered: UndeliveredFollowUp,
    private readonly clock: Clock,
    private readonly guard: ClockGuard,
    pace: DecisionPace,
    health: Health,
  ) {
    super('decisions', 'could not be decided and are tried again');
    this.loop = new WorkerLoop<AgendaDocument>({
      // A person waits for what is interactive.
      concurrency: (lane) => (lane === 0 ? MAX_DECISIONS_AT_ONCE : pace.decisionsAtOnce),
      queues: LANES.map((lane) => (limit, isWanted) => this.#due(lane, limit, isWanted)),
      work: (document) => this.#decide(document),
      versionOf: ({ position }) => position,
      monotonicMs: () => clock.monotonicMs(),
      ...this.reports,
    });
    health.register(this);
  }

  /** What failed when this instance last tried to decide about a subject, or to answer a person, unless it has succeeded since. */
  failedTry({ kind, id }: Subject, userId: string): FailedTry | undefined {
    const items = kind === 'socialAccount' ? [ids.account(id)] : [ids.partner(id), ids.request(id, userId)];
    return items.map((item) => this.loop.failedTry(item)).find((failed) => failed !== undefined);
  }

  async #due(
    lane: Lane,
    limit: number,
    isWanted: (document: AgendaDocument) => boolean,
  ): Promise<readonly AgendaDocument[]> {
    if (!this.guard.isTrusted()) return [];
    // What goes in bulk never runs ahead of the agenda: an agenda that is behind offers what others have done.
    if (lane === 'decision') await this.#agendaIsCurrent();
    const due = await this.dueAgenda.due(lane, this.clock.now(), limit, isWanted);
    // Beside another instance: begin elsewhere, or both would decide the same at the same moment, and one in vain.
    return this.projections.isWriting(agenda.name) ? due : shuffled(due);
  }

  /**
   * The instance that writes the agenda waits for it for a moment only: in a surge of events the first decision need not wait for
   * the last event. That moment is also what keeps decisions from taking all the time that the agenda needs. After an outage it
   * waits for all that has come meanwhile: what an old agenda offers may be over, and mails that compete with the read models make
   * everybody wait.
   */
  async #agendaIsCurrent(): Promise<void> {
    const signal = this.closing;
    const current = this.projections.caughtUpUnlessAborted(agenda.name, signal);
    if (!this.projections.isWriting(agenda.name)) return current;
    // A failure after these moments is reported by the next look.
    current.catch(() => undefined);
    let isCurrent: boolean;
    do isCurrent = await atMost(current, MAX_WAIT_MS, signal);
    while (!isCurrent && !signal.aborted && this.projections.isLate(agenda.name));
  }

  async #decide(document: AgendaDocument): Promise<void> {
    if (document.kind === 'delivery') await this.undelivered.followUp(document.notificationId);
    if (document.kind === 'account') await this.accounts.decide(document.accountId);
    if (document.kind === 'partner' && document.partnerId) await this.queues.decide(document.partnerId);
    if (document.kind === 'request' && document.partnerId)
      await this.queues.answer(document.partnerId, document.userId);
  }
}
