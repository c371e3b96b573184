import { Injectable } from '@nestjs/common';
import { MAX_ATTEMPT_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { hasCode } from '../../domain/kernel/herald-error.js';
import { plus } from '../../domain/kernel/instant.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { idOf, uniqueId } from '../aggregates/ids.js';
import { Channels } from '../channels/channels.js';
import { pauseAfterDrop } from '../concurrency/back-off.js';
import { Reconsideration } from '../decisions/reconsideration.js';
import type { Message, SendResult } from '../ports/channel.js';
import { Clock } from '../ports/clock.js';
import { Tracing } from '../ports/tracing.js';
import { type FrozenMail, FrozenMails } from './frozen-mails.js';
import { SendingHold } from './sending-hold.js';

const KEPT =
  'It was begun before the log was restored from a back-up, and an operator has decided that it does not go out again: the recipient may have it.';

/** Sends raised notifications over their channel, while they are due: an attempt is recorded before any connection is made. */
@Injectable()
export class Delivery {
  #unrecorded = 0;

  constructor(
    private readonly aggregates: Aggregates,
    private readonly mails: FrozenMails,
    private readonly channels: Channels,
    private readonly clock: Clock,
    private readonly reconsideration: Reconsideration,
    private readonly hold: SendingHold,
    private readonly tracing: Tracing,
  ) {}

  /** How many known results could not be recorded yet. */
  get unrecorded(): number {
    return this.#unrecorded;
  }

  /**
   * Does what is due for one notification: an attempt, or the record of one that was lost with its sender.
   * @param signal starts no attempt once it is aborted.
   */
  async deliver(notificationId: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.hold.isHeld) return;
    const { phase, resolution } = await this.aggregates.load(Notification, notificationId);
    if (phase === 'sending') await this.#giveUpLost(notificationId);
    if (phase !== 'waiting') return;
    const isKept = this.hold.isKept(notificationId) && resolution?.as !== 'resend';
    if (isKept) await this.#keepBack(notificationId);
    else await this.#attempt(notificationId, signal);
  }

  async #attempt(notificationId: string, signal: AbortSignal): Promise<void> {
    const frozen = await this.mails.take(notificationId);
    if (!(await this.reconsideration.isStillDue(frozen.raised))) return;
    const at = this.clock.now();
    const leaseUntil = plus(at, MAX_ATTEMPT_MS);
    // Unique to this instance: two that start the same attempt must not both believe that they did.
    const context = { actor: 'delivery', commandId: uniqueId() };
    const command = { type: 'StartSend', data: { notificationId }, leaseUntil, at } as const;
    const [outcome] = await this.aggregates.execute(Notification, notificationId, [{ command, context }]);
    if (outcome !== 'recorded') return;
    const { attempts } = await this.aggregates.load(Notification, notificationId);
    const message = messageOf(notificationId, attempts, at, frozen);
    const { rule } = message;
    const channel = this.channels.named(frozen.frozen.channel);
    const attributes = {
      'herald.notification_id': notificationId,
      'herald.rule': rule,
      'herald.attempt': attempts,
      'herald.channel': channel.name,
    };
    const result = await this.tracing.span(
      'deliver',
      attributes,
      () => channel.send(message, async () => true),
      frozen.causedBy,
    );
    await this.#recordResult(notificationId, attempts, result, signal);
  }

  /** The server's answer exists nowhere else: recording is retried until the event store accepts it. */
  async #recordResult(
    notificationId: string,
    attempt: NotificationState['attempts'],
    result: SendResult,
    signal: AbortSignal,
  ): Promise<void> {
    const data = { notificationId, attempt };
    const jitter = jitterOf(notificationId, attempt);
    const command = { type: 'RecordResult', data, result, jitter, at: this.clock.now() } as const;
    const request = { command, context: { actor: 'delivery' } };
    let failures = 0;
    try {
      for (; ; failures += 1)
        try {
          await this.aggregates.execute(Notification, notificationId, [request]);
          return;
        } catch (error) {
          const isPassing =
            hasCode(error, 'event-store-unavailable') || hasCode(error, 'wrong-expected-revision');
          if (!isPassing || signal.aborted) throw error;
          if (failures === 0) this.#unrecorded += 1;
          await pauseAfterDrop(failures, signal);
        }
    } finally {
      if (failures > 0) this.#unrecorded -= 1;
    }
  }

  async #keepBack(notificationId: string): Promise<void> {
    const data = { notificationId };
    const command = { type: 'KeepBack', data, reason: KEPT, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'operator' } },
    ]);
  }

  async #giveUpLost(notificationId: string): Promise<void> {
    const command = { type: 'GiveUpLostSend', data: { notificationId }, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'delivery' } },
    ]);
  }
}

/** The message as it was frozen, whatever has happened to the facts since. */
const messageOf = (
  notificationId: string,
  attempt: number,
  date: Instant,
  { raised, frozen }: FrozenMail,
): Message => {
  const { from, recipient, rule, locale, unsubscribeUrl, solutionId } = raised;
  return {
    ...{ notificationId, rule, attempt, date, from },
    to: { name: recipient.name, address: recipient.address.value },
    parts: frozen.parts,
    locale: locale.used,
    ...(unsubscribeUrl ? { list: { solutionId, unsubscribeUrl } } : {}),
  };
};

/** From 0 to 1; derived from the attempt alone, so that a repeated decision is the same decision. */
const jitterOf = (notificationId: string, attempt: number): number =>
  Number.parseInt(idOf('jitter', notificationId, attempt).slice(0, 8), 16) / 0xffffffff;
