import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import { withoutStop } from '../../../domain/kernel/text.js';
import type { Subject } from '../../../domain/rules/shared/verdict.js';
import { ClockGuard } from '../../clock/clock-guard.js';
import { DecisionWorker } from '../../decisions/decision-worker.js';
import type { HistoryEntry } from '../../read-models/history/history.js';
import { NotificationTrail } from '../history/notification-trail.js';
import { whatBecame } from '../history/outcome-sentences.js';

/** Says what comes of it where all conditions hold, and what became of the decision before. */
@Injectable()
export class WhyNotAdvice {
  constructor(
    private readonly decisions: DecisionWorker,
    private readonly trails: NotificationTrail,
    private readonly guard: ClockGuard,
  ) {}

  /** When it is decided, as a clause. `isNow`: no past moment was asked about. */
  next(subject: Subject, userId: string, isNow: boolean): string {
    if (!isNow) return 'it was due, and the history has what was decided after that moment';
    if (!this.guard.isTrusted())
      return 'it is decided when the clock of this instance is believed again: GET /v1/clock says what is in doubt';
    const failed = this.decisions.failedTry(subject, userId);
    if (!failed) return 'it is decided at the next tick';
    const when = failed.againInMs > 0 ? `in ${Math.ceil(failed.againInMs / 1_000)} s` : 'at the next tick';
    return `the last try to decide it failed: ${withoutStop(failed.message)}; it is tried again ${when}`;
  }

  /** The last decision about them and what became of it by now, as sentences. */
  async before(scope: Scope, last: HistoryEntry | undefined): Promise<string> {
    if (!last) return 'There was no earlier decision about them.';
    const { decidedAt, decision, reason, notificationId } = last;
    const decided = `The last decision about them, at ${decidedAt}, was ${decision}${reason ? ` (${reason})` : ''}.`;
    if (decision === 'withheld') return decided;
    return `${decided} ${whatBecame(await this.trails.of(scope, notificationId)).says}`;
  }
}
