import { Injectable, Logger } from '@nestjs/common';
import { MAX_HELD_SENDERS } from '../../domain/bounds.js';
import { DAY, toMillis } from '../../domain/kernel/instant.js';
import { withoutStop } from '../../domain/kernel/text.js';
import type { Decision } from '../../domain/notification/decision.js';
import { SENDER_REFUSED } from '../../domain/notification/urgent.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import { idOf } from '../aggregates/ids.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { LogOnce } from '../concurrency/log-once.js';
import { Clock } from '../ports/clock.js';
import { Escalations } from './escalations.js';

/** Tells the escalation contact of a solution that its sender is refused: once, and again each week that this goes on. */
@Injectable()
export class SenderAlerts {
  readonly #logOnce = new LogOnce(new Logger(SenderAlerts.name));
  readonly #raised = boundedCache<true>(MAX_HELD_SENDERS);

  constructor(
    private readonly escalations: Escalations,
    private readonly clock: Clock,
  ) {}

  /**
   * Raises the alert unless it was raised. A failure is logged: the next refusal raises it.
   * @param onRecord the decision whose mail was turned away. @param reply what the mail server said.
   */
  async alert(onRecord: Decision, sender: string, reply: string): Promise<void> {
    const now = this.clock.now();
    const { solutionId, notificationId, escalation } = onRecord;
    const week = Math.floor(toMillis(now) / (7 * DAY));
    const id = idOf('notification', SENDER_REFUSED, solutionId, sender.toLowerCase(), week);
    if (this.#raised.has(id) || onRecord.undelivered?.outcome === SENDER_REFUSED) return;
    const recipient = recipientOnRecord(onRecord.recipient, escalation);
    const { userId, name, address } = recipient;
    const condition = {
      ...{ name: 'sender-is-accepted', holds: false, facts: { notificationId, sender } },
      says: `Mail servers refuse the sender ${sender}: ${withoutStop(reply)}.`,
    };
    try {
      await this.escalations.escalate(
        {
          ...{ decision: { ...onRecord, recipient }, condition, idFor: () => id },
          undelivered: {
            ...{ notificationId, userId, name, address: address.value },
            ...{ outcome: SENDER_REFUSED, sender, reply },
          },
        },
        now,
      );
      this.#raised.set(id, true);
      this.#logOnce.over();
    } catch (error) {
      this.#logOnce.about(error);
    }
  }
}
