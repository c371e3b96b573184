import { Injectable } from '@nestjs/common';
import { EMAIL } from '../../domain/channels/address.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Partner } from '../../domain/partner/partner.js';
import type { UndeliverableReason } from '../../domain/partner/partner-user.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../ports/clock.js';

/** Remembers, at the person, that their address cannot be written to any more. */
@Injectable()
export class UndeliverableAddresses {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
  ) {}

  /**
   * Records that the recipient's address is undeliverable; nothing if they have another address by now, or it is known. The
   * escalation contact is no partner user: whoever configures the solution has to correct that address.
   */
  async mark(decision: Decision, reason: UndeliverableReason, actor: string): Promise<void> {
    const { notificationId, partnerId, recipient, escalation } = decision;
    const { channel, value: address } = recipient.address;
    if (escalation || channel !== EMAIL) return;
    const { userId } = recipient;
    const data = { userId, partnerId, address, reason, notificationId };
    const command = { type: 'MarkUndeliverable', data, at: this.clock.now() } as const;
    const context = { actor, causationId: notificationId };
    await this.aggregates.execute(Partner, partnerId, [{ command, context }]);
  }
}
