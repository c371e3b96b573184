import { Injectable } from '@nestjs/common';
import { FeedbackMarks } from '../../application/feedback/feedback-marks.js';
import {
  Channel,
  type LostMessage,
  type MayStart,
  type Message,
  type MessageModel,
  type RenderedContent,
  type SendResult,
} from '../../application/ports/channel.js';
import { EMAIL } from '../../domain/channels/address.js';
import { MailRenderer, MailTransport, mailOf } from './mail.js';

/** E-mail: a subject, HTML and text, over SMTP or into the outbox folder. */
@Injectable()
export class EmailChannel extends Channel {
  override readonly name = EMAIL;

  constructor(
    private readonly renderer: MailRenderer,
    private readonly transport: MailTransport,
    private readonly marks: FeedbackMarks,
  ) {
    super();
  }

  override get concurrency(): number {
    return this.transport.concurrency;
  }

  override render(model: MessageModel): RenderedContent {
    const { subject, html, text, ...rest } = this.renderer.render(model);
    return { ...rest, subjectLine: subject, parts: { subject, html, text } };
  }

  override send(message: Message, mayStart: MayStart): Promise<SendResult> {
    return this.transport.send(mailOf(message, this.marks.of(message.notificationId)), mayStart);
  }

  override outcomeOf(message: LostMessage): Promise<SendResult | undefined> {
    return this.transport.outcomeOf({ ...message, mark: this.marks.of(message.notificationId) });
  }

  override close(): Promise<void> {
    return this.transport.close();
  }
}
