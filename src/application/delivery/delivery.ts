import { Injectable } from '@nestjs/common';
import type { NotificationEvent, NotificationState } from '../../domain/notification/notification.js';
import { Notification } from '../../domain/notification/notification.js';
import { plus } from '../../domain/time/instant.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../clock/clock.js';
import { EventStore } from '../event-store.js';
import { idOf, uniqueId } from '../ids.js';
import { recorded, streamOf } from '../streams.js';
import { Turns } from '../turns.js';
import { type Mail, MailTransport, type SendResult } from './mail.js';

/** For each mail that is sent at once another is made ready: should Herald be killed, of so many it is not known what became of them. */
const READY_PER_LANE = 1;

/** Longer than all timeouts of one attempt together, and the recording of its result. */
const LEASE = 15 * 60_000;

type Raised = Extract<NotificationEvent, { type: 'NotificationRaised' }>['data'];
type Frozen = Extract<NotificationEvent, { type: 'MailFrozen' }>['data'];

/** Brings raised notifications to the mail server: an attempt is on record before any connection is made. */
@Injectable()
export class Delivery {
  readonly #turns: Turns;

  constructor(
    private readonly aggregates: Aggregates,
    private readonly log: EventStore,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
  ) {
    this.#turns = new Turns(transport.concurrency * (1 + READY_PER_LANE));
  }

  /**
   * Does what is due for one notification: an attempt, or the record of one that was lost with its sender.
   * @param signal begins no attempt once it is aborted.
   */
  async deliver(notificationId: string, signal: AbortSignal): Promise<void> {
    await this.#turns.run(async () => {
      if (signal.aborted) return;
      const { phase } = await this.aggregates.load(Notification, notificationId);
      if (phase === 'sending') await this.#giveUpLost(notificationId);
      if (phase === 'waiting') await this.#attempt(notificationId);
    });
  }

  async #attempt(notificationId: string): Promise<void> {
    const at = this.clock.now();
    const leaseUntil = plus(at, LEASE);
    // An id of this instance alone: two that start the same attempt must not both think that they did.
    const context = { actor: 'delivery', commandId: uniqueId() };
    const command = { type: 'StartSend', data: { notificationId }, leaseUntil, at } as const;
    const [outcome] = await this.aggregates.execute(Notification, notificationId, [{ command, context }]);
    if (outcome !== 'recorded') return;
    const { attempts } = await this.aggregates.load(Notification, notificationId);
    const result = await this.transport.send(await this.#mail(notificationId, attempts, at));
    await this.#recordResult(notificationId, attempts, result);
  }

  async #recordResult(
    notificationId: string,
    attempt: NotificationState['attempts'],
    result: SendResult,
  ): Promise<void> {
    const data = { notificationId, attempt };
    const jitter = jitterOf(notificationId, attempt);
    const command = { type: 'RecordResult', data, result, jitter, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'delivery' } },
    ]);
  }

  async #giveUpLost(notificationId: string): Promise<void> {
    const command = { type: 'GiveUpLostSend', data: { notificationId }, at: this.clock.now() } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'delivery' } },
    ]);
  }

  /** The mail as it was frozen, whatever happened to the facts since. */
  async #mail(notificationId: string, attempt: number, date: string): Promise<Mail> {
    let raised: Raised | undefined;
    let frozen: Frozen | undefined;
    const stream = streamOf(Notification.category, notificationId);
    for await (const event of this.log.readStream(stream, { maxCount: 2 })) {
      const fact = recorded<NotificationEvent>(event);
      if (fact.type === 'NotificationRaised') raised = fact.data;
      if (fact.type === 'MailFrozen') frozen = fact.data;
    }
    if (!raised || !frozen)
      throw new Error(`The stream ${stream} does not begin with its decision and mail.`);
    const { from, recipient, rule, locale, unsubscribeUrl, solutionId } = raised;
    return {
      ...{ notificationId, rule, attempt, date, from },
      to: { name: recipient.name, address: recipient.email },
      subject: frozen.subjectLine,
      html: frozen.html,
      text: frozen.text,
      locale: locale.used,
      ...(unsubscribeUrl ? { list: { id: `${rule}.${solutionId}`, unsubscribeUrl } } : {}),
    };
  }
}

/** From 0 to 1; follows from the attempt alone, so that a decision repeated is the same decision. */
const jitterOf = (notificationId: string, attempt: number): number =>
  Number.parseInt(idOf('jitter', notificationId, attempt).slice(0, 8), 16) / 0xffffffff;
