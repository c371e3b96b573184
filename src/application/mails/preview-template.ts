import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { EMAIL } from '../../domain/channels/address.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { NotificationTrail } from '../audit/history/notification-trail.js';
import { notFound } from '../audit/not-found.js';
import { Channels } from '../channels/channels.js';
import type { Message, MessageModel, RenderedContent } from '../ports/channel.js';
import { MailFormat } from '../ports/mail-format.js';
import { OperatingMode } from '../ports/operating-mode.js';
import type { MailVariant } from './mail-variant.js';
import { type MailView, viewed } from './mail-view.js';
import { raisedMail } from './raised-mail.js';
import { RecordedModels } from './recorded-models.js';
import { sampleMessage, sampleModel } from './sample-message.js';

/** What a template is rendered with. */
export interface PreviewedWith {
  /** A language tag (BCP 47). Default: that of the notification; the first that there is for a sample. */
  readonly locale?: string | undefined;
  /** Of the sample. Default: `regular`. A notification is what it is. */
  readonly variant?: MailVariant | undefined;
  /** The notification whose data are shown. Default: made-up data. */
  readonly notificationId?: string | undefined;
}

/** One part of the mail of a rule, by the templates of today. Only with a notification it contains personal data. */
export class PreviewTemplate extends Query<string> {
  constructor(
    readonly scope: Scope,
    readonly rule: RuleId,
    readonly using: PreviewedWith,
    readonly view: MailView,
  ) {
    super();
  }
}

interface Preview {
  readonly model: MessageModel;
  /** The message with the rendered content. */
  readonly message: (content: RenderedContent) => Message;
}

@QueryHandler(PreviewTemplate)
export class PreviewTemplateHandler implements IQueryHandler<PreviewTemplate> {
  constructor(
    private readonly trails: NotificationTrail,
    private readonly recorded: RecordedModels,
    private readonly channels: Channels,
    private readonly format: MailFormat,
    private readonly mode: OperatingMode,
  ) {}

  /** @throws HeraldError `notification-unknown`; `not-found`, also for a notification of another rule or without a mail. */
  async execute({ scope, rule, using, view }: PreviewTemplate): Promise<string> {
    const { notificationId, locale } = using;
    const { model, message } =
      notificationId === undefined
        ? this.#sample(rule, using)
        : await this.#recorded(scope, rule, notificationId);
    const content = this.channels.named(EMAIL).render(locale === undefined ? model : { ...model, locale });
    const { html = '', text = '' } = content.parts;
    const source = () => this.format.sourceOf(message(content));
    return viewed({ html, text, source }, view, this.format);
  }

  #sample(rule: RuleId, { variant = 'regular' }: PreviewedWith): Preview {
    const model = sampleModel(rule, variant, this.format.locales[0] ?? '', this.mode.isTest);
    return { model, message: (content) => sampleMessage(model, content) };
  }

  async #recorded(scope: Scope, rule: RuleId, notificationId: string): Promise<Preview> {
    const trail = await this.trails.of(scope, notificationId);
    if (trail.decision.rule !== rule)
      throw notFound(
        `The notification ${notificationId} is not one of ${rule}.`,
        `GET /v1/templates/${trail.decision.rule}/preview`,
      );
    const mail = raisedMail(trail);
    return {
      model: await this.recorded.of(trail),
      message: ({ parts, locale }) => ({ ...mail, parts, locale: locale.used }),
    };
  }
}
