import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { hasCode } from '../../domain/kernel/herald-error.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { giveUpAt } from '../../domain/notification/retries.js';
import { UndeliverableAddresses } from '../addresses/undeliverable-addresses.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { idOf } from '../aggregates/ids.js';
import { Channels } from '../channels/channels.js';
import { pauseAfterDrop } from '../concurrency/back-off.js';
import { Reconsideration } from '../decisions/reconsideration.js';
import { SenderAlerts } from '../decisions/sender-alerts.js';
import type { Message, SendResult } from '../ports/channel.js';
import { Clock } from '../ports/clock.js';
import { InstanceIdentity } from '../ports/instance-identity.js';
import { Tracing } from '../ports/tracing.js';
import { AttemptStart } from './attempt-start.js';
import { type FrozenMail, FrozenMails } from './frozen-mails.js';
import { SendingHold } from './sending-hold.js';

const KEPT =
  'It was begun before the log was restored from a back-up, and an operator has decided that it does not go out again: the recipient may have it.';

/** How long a mail is tried, in milliseconds from its decision: HERALD_GIVE_UP_AFTER. */
export const GIVE_UP_AFTER_MS = Symbol('GIVE_UP_AFTER_MS');

/** Sends raised notifications over their channel, while they are due: an attempt is on record as started before a byte leaves. */
@Injectable()
export class Delivery {
  #unrecorded = 0;

  constructor(
    private readonly aggregates: Aggregates,
    private readonly mails: FrozenMails,
    private readonly channels: Channels,
    private readonly clock: Clock,
    private readonly reconsideration: Reconsideration,
    private readonly senderAlerts: SenderAlerts,
    private readonly hold: SendingHold,
    private readonly addresses: UndeliverableAddresses,
    private readonly tracing: Tracing,
    private readonly instance: InstanceIdentity,
    @Inject(GIVE_UP_AFTER_MS) private readonly giveUpAfter: number,
  ) {}

  /** How many known results could not be recorded yet. */
  get unrecorded(): number {
    return this.#unrecorded;
  }

  /**
   * Does what is due for one notification: an attempt, or the record of one that was lost with its sender.
   * @param signal starts no attempt once it is aborted.
   * @returns the result of the attempt; undefined where none was made, or another instance makes it.
   */
  async deliver(notificationId: string, signal: AbortSignal): Promise<SendResult | undefined> {
    if (signal.aborted || this.hold.isHeld) return undefined;
    // What another instance has appended since shows when the start is appended.
    const { state } = await this.aggregates.known(Notification, notificationId);
    if (state.phase !== 'waiting' || this.isOverdue(state) || this.#isKept(notificationId, state)) {
      await this.settle(notificationId, signal);
      return undefined;
    }
    return this.#attempt(notificationId, state.attempts + 1, signal);
  }

  /**
   * Records what needs no attempt: that one was lost with its sender, that a mail is given up, or that it is not sent.
   * @param goneStartId the start of an attempt whose sender has certainly ended.
   */
  async settle(notificationId: string, signal: AbortSignal, goneStartId?: string): Promise<void> {
    if (signal.aborted || this.hold.isHeld) return;
    const state = await this.aggregates.load(Notification, notificationId);
    if (state.phase === 'sending') await this.#settleLost(notificationId, state, signal, goneStartId);
    if (state.phase !== 'waiting') return;
    if (this.#isKept(notificationId, state)) await this.#keepBack(notificationId);
    else if (this.isOverdue(state)) await this.#giveUpUnlessSuperseded(notificationId);
  }

  /** A mail that is no longer due did not fail. */
  async #giveUpUnlessSuperseded(notificationId: string): Promise<void> {
    const { raised } = await this.mails.take(notificationId);
    if (await this.reconsideration.isStillDue(raised)) await this.#giveUp(notificationId);
  }

  /** Records that the server refuses this mail alone, although it says that it refuses the sender: the mail is deferred. */
  async deferRefused(notificationId: string, reason: string, signal: AbortSignal): Promise<void> {
    const { attempts } = await this.aggregates.load(Notification, notificationId);
    const { raised } = await this.mails.take(notificationId);
    const result = { outcome: 'deferred', about: 'mail', reason } as const;
    await this.#recordResult(raised, attempts + 1, result, signal);
  }

  /** Whether a mail is given up, because it has been due for too long. */
  isOverdue(state: NotificationState): boolean {
    return this.clock.now() > giveUpAt(state, this.giveUpAfter);
  }

  /** Whether an operator has decided that it is not sent again, and nobody has asked for it since. */
  #isKept(notificationId: string, { occasion, resolution }: NotificationState): boolean {
    return this.hold.isKept(notificationId, occasion) && resolution?.as !== 'resend';
  }

  async #attempt(
    notificationId: string,
    attempt: number,
    signal: AbortSignal,
  ): Promise<SendResult | undefined> {
    const frozen = await this.mails.take(notificationId);
    const isStillDue = () => this.reconsideration.isStillDue(frozen.raised);
    // Asked here as well, so that no connection is made in vain.
    if (!(await isStillDue())) return undefined;
    const message = messageOf(notificationId, attempt, this.clock.now(), frozen);
    const channel = this.channels.named(frozen.frozen.channel);
    const attributes = {
      'herald.notification_id': notificationId,
      'herald.rule': message.rule,
      'herald.attempt': attempt,
      'herald.channel': channel.name,
    };
    const start = new AttemptStart(
      notificationId,
      isStillDue,
      this.aggregates,
      this.clock,
      signal,
      this.instance.id,
    );
    const mayStart = async () => !this.hold.isHeld && (await start.record());
    const result = await this.tracing.span(
      'deliver',
      attributes,
      () => channel.send(message, mayStart),
      frozen.causedBy,
    );
    if (result.outcome === 'not-tried' && result.about === 'sender')
      await this.senderAlerts.alert(frozen.raised, frozen.raised.from.address, result.reason);
    // There is no attempt here.
    if (start.isLost) return undefined;
    const isAnswer = result.outcome === 'deferred' || result.outcome === 'rejected';
    if (start.isAsked || isAnswer)
      await this.#recordResult(frozen.raised, attempt, result, signal, start.eventId);
    if (start.error !== undefined) throw start.error;
    return result;
  }

  /** The server's answer exists nowhere else: recording is retried until the event store accepts it. */
  async #recordResult(
    decision: Decision,
    attempt: NotificationState['attempts'],
    result: SendResult,
    signal: AbortSignal,
    startId?: string,
  ): Promise<void> {
    const { notificationId } = decision;
    const data = { notificationId, attempt };
    const jitter = jitterOf(notificationId, attempt);
    const { giveUpAfter } = this;
    const at = this.clock.now();
    const command = {
      ...({ type: 'RecordResult', data, result, jitter, giveUpAfter, at } as const),
      ...(startId === undefined ? {} : { startId }),
    };
    const request = { command, context: { actor: 'delivery' } };
    let failures = 0;
    try {
      for (; ; failures += 1)
        try {
          // The address first: a crash in between leaves a doubt about the mail, and none about the address.
          if (result.outcome === 'rejected' && result.addressUnusable)
            await this.addresses.mark(decision, 'rejected', 'delivery');
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

  /** An attempt whose sender has ended, or whose time is over. */
  async #settleLost(
    notificationId: string,
    { attempts, startId, leaseUntil = '' }: NotificationState,
    signal: AbortSignal,
    goneStartId: string | undefined,
  ): Promise<void> {
    const isGone = goneStartId !== undefined && goneStartId === startId;
    if (!isGone && leaseUntil > this.clock.now()) return;
    const { raised, raisedAt, frozen } = await this.mails.take(notificationId);
    const { rule, from } = raised;
    const lost = { notificationId, rule, raisedAt, from };
    const known = await this.channels.named(frozen.channel).outcomeOf(lost);
    if (known) return this.#recordResult(raised, attempts, known, signal, startId);
    await this.#giveUpLost(notificationId, goneStartId);
  }

  async #giveUp(notificationId: string): Promise<void> {
    const { giveUpAfter } = this;
    const command = { type: 'GiveUp', data: { notificationId }, giveUpAfter, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'delivery' } },
    ]);
  }

  async #keepBack(notificationId: string): Promise<void> {
    const data = { notificationId };
    const command = { type: 'KeepBack', data, reason: KEPT, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'operator' } },
    ]);
  }

  async #giveUpLost(notificationId: string, goneStartId: string | undefined): Promise<void> {
    const command = {
      ...({ type: 'GiveUpLostSend', data: { notificationId }, at: this.clock.now() } as const),
      ...(goneStartId === undefined ? {} : { goneStartId }),
    };
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
  { raised, raisedAt, frozen }: FrozenMail,
): Message => {
  const { from, recipient, rule, locale, unsubscribeUrl, solutionId } = raised;
  return {
    ...{ notificationId, rule, attempt, raisedAt, date, from },
    to: { name: recipient.name, address: recipient.address.value },
    parts: frozen.parts,
    locale: locale.used,
    ...(unsubscribeUrl ? { list: { solutionId, unsubscribeUrl } } : {}),
  };
};

/** From 0 to 1; derived from the attempt alone, so that a repeated decision is the same decision. */
const jitterOf = (notificationId: string, attempt: number): number =>
  Number.parseInt(idOf('jitter', notificationId, attempt).slice(0, 8), 16) / 0xffffffff;
