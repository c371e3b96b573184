import { type BeforeApplicationShutdown, Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Interval } from '@nestjs/schedule';
import { hasCode, messageOf } from '../../domain/kernel/herald-error.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { FeedbackMailbox } from '../ports/feedback-mailbox.js';
import { ReceiveFeedback } from './receive-feedback.js';

const LOOK_EVERY_MS = 60_000;

/** Looks at the mailbox for reports every minute. Several instances may: a report is recorded once. */
@Injectable()
export class MailboxWatch implements HealthSource, BeforeApplicationShutdown {
  readonly #log = new Logger(MailboxWatch.name);
  readonly #looks = new NonOverlapping(this.#log, () => this.#look());
  #failure: string | undefined;
  #isClosed = false;

  constructor(
    private readonly commands: CommandBus,
    health: Health,
    @Optional() @Inject(FeedbackMailbox) private readonly mailbox?: FeedbackMailbox,
  ) {
    if (mailbox) health.register(this);
  }

  /** Takes what has come since the last look. Never throws. */
  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  health(): readonly PartHealth[] {
    const part = 'feedback-mailbox';
    if (this.#failure === undefined) return [{ part, status: 'ok' }];
    const says = `The mailbox of HERALD_FEEDBACK_MAILBOX cannot be read: ${this.#failure.replace(/\.$/, '')}. Herald tries again every minute.`;
    return [{ part, status: 'degraded', says }];
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isClosed = true;
    await this.mailbox?.close();
  }

  async #look(): Promise<void> {
    if (!this.mailbox || this.#isClosed) return;
    try {
      await this.mailbox.look((mail) => this.#take(mail));
      this.#failure = undefined;
    } catch (error) {
      if (this.#isClosed) return;
      this.#failure = messageOf(error);
      throw error;
    }
  }

  /** What cannot be read as a mail is marked as read: it would be no other the next time. */
  async #take(mail: Uint8Array): Promise<void> {
    try {
      await this.commands.execute(new ReceiveFeedback('mail', { headers: {}, body: mail }));
    } catch (error) {
      if (!hasCode(error, 'invalid-request')) throw error;
      this.#log.warn(`A mail in the mailbox for feedback cannot be read: ${error.message}`);
    }
  }
}
