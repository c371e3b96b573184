import { Injectable } from '@nestjs/common';
import PostalMime from 'postal-mime';
import { FeedbackMarks } from '../../application/feedback/feedback-marks.js';
import type { Message } from '../../application/ports/channel.js';
import { type ColorScheme, MailFormat } from '../../application/ports/mail-format.js';
import { mailOf } from './mail.js';
import { inColorScheme } from './rendering/color-scheme.js';
import { LOCALES } from './rendering/locales/choose-locale.js';
import { toMessage } from './smtp/compose.js';

/** The format of the mails that the transports send. */
@Injectable()
export class EmailFormat extends MailFormat {
  override readonly locales = LOCALES;

  constructor(private readonly marks: FeedbackMarks) {
    super();
  }

  override async sourceOf(sent: Message): Promise<string> {
    const { message } = await toMessage(mailOf(sent, this.marks.of(sent.notificationId)));
    return message.toString('utf8');
  }

  override async partsOf(source: string): Promise<{ readonly html: string; readonly text: string }> {
    const { html = '', text = '' } = await PostalMime.parse(source);
    return { html, text };
  }

  override inScheme(html: string, scheme: ColorScheme): string {
    return inColorScheme(html, scheme);
  }
}
