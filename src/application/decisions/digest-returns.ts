import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { ApprovalQueueCommand } from '../../domain/approval-queue/queue-events.js';
import type { Instant } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import { readerOf } from '../../domain/rules/asking-again.js';
import { DIGEST } from '../../domain/rules/notifications.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { idOf } from '../aggregates/ids.js';
import type { Request } from '../aggregates/requests.js';
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
    const command = { type: 'ReturnDigest', data, at } as const;
    const context = { actor: 'delivery', commandId: idOf('digest-returned', notificationId) };
    await this.turns.run(partnerId, [userId], () =>
      this.aggregates.execute(ApprovalQueue, partnerId, [
        ...tellOf(decision, userId, at),
        { command, context },
      ]),
    );
  }
}

/**
 * Tells the queue of the digest, in the same append. It knows of it in most cases, and this does nothing. Otherwise another instance is
 * about to tell it: after the return that would move the cursor past posts that came back.
 */
const tellOf = (
  { rule, notificationId, partnerId, escalation, slot, requestId, upTo }: Decision,
  userId: string,
  at: Instant,
): readonly Request<ApprovalQueueCommand>[] => {
  if (rule !== DIGEST || escalation || upTo === undefined) return [];
  const { key, date } = slot;
  const data = { userId, partnerId, slot: { key, date }, requestId, upTo };
  const context = { actor: 'delivery', commandId: idOf('digest-told', notificationId) };
  return [{ command: { type: 'CloseDigest', data, at }, context }];
};
