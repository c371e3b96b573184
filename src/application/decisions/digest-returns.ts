import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import { readerOf } from '../../domain/rules/asking-again.js';
import { answeredBy } from '../../domain/rules/due.js';
import { DIGEST } from '../../domain/rules/notifications.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { idOf } from '../aggregates/ids.js';
import { ReaderTurns } from './reader-turns.js';

/** Gives the posts of a digest back that did not reach its reader: they are new to them again. */
@Injectable()
export class DigestReturns {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly turns: ReaderTurns,
  ) {}

  /** @param isOpenAgain whether the Send Now that it answered is to be answered again. */
  async giveBack(decision: Decision, at: Instant, isOpenAgain = false): Promise<void> {
    const { notificationId, subject, partnerId, covers: posts = [], requestId } = decision;
    if (subject.kind !== 'approvalQueue' || (posts.length === 0 && !isOpenAgain)) return;
    const { userId } = readerOf(decision);
    const data = { userId, partnerId, notificationId, posts, ...(isOpenAgain ? { requestId } : {}) };
    const command = { type: 'ReturnDigest', data, told: toldBy(decision, userId), at } as const;
    const context = { actor: 'delivery', commandId: idOf('digest-returned', notificationId) };
    await this.turns.run(partnerId, [userId], () =>
      this.aggregates.execute(ApprovalQueue, partnerId, [{ command, context }]),
    );
  }
}

/** What its queue is told of a digest. Another instance may not have done so yet. */
const toldBy = (decision: Decision, userId: string) => {
  const { rule, escalation, upTo } = decision;
  if (rule !== DIGEST || escalation || upTo === undefined) return undefined;
  return { ...answeredBy(decision, userId), upTo };
};
