import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { EMAIL } from '../../domain/channels/address.js';
import { NOTIFICATIONS } from '../../domain/rules/registry.js';
import type { NotificationDefinition } from '../../domain/rules/shared/definition.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { Channels } from '../channels/channels.js';
import { MailFormat } from '../ports/mail-format.js';
import { OperatingMode } from '../ports/operating-mode.js';
import { MAIL_VARIANTS, type MailVariant, VARIANT_SENTENCES } from './mail-variant.js';
import { sampleModel } from './sample-message.js';

/** A mail that Herald can send. */
export interface MailTemplate {
  readonly rule: RuleId;
  /** The name of the rule in words. */
  readonly title: string;
  readonly variant: MailVariant;
  /** When this variant is sent, as a sentence. */
  readonly says: string;
  /** Name and version, e.g. `account-expired@1`. */
  readonly template: string;
  /** The subject of its sample, in the first of the locales. */
  readonly subject: string;
  /** The languages that it is worded in, as BCP 47 tags. */
  readonly locales: readonly string[];
}

/** Every mail that Herald can send: each rule in each variant. */
export class ListTemplates extends Query<readonly MailTemplate[]> {}

@QueryHandler(ListTemplates)
export class ListTemplatesHandler implements IQueryHandler<ListTemplates> {
  constructor(
    private readonly channels: Channels,
    private readonly format: MailFormat,
    private readonly mode: OperatingMode,
  ) {}

  async execute(): Promise<readonly MailTemplate[]> {
    return NOTIFICATIONS.flatMap((definition) =>
      MAIL_VARIANTS.map((variant) => this.#template(definition, variant)),
    );
  }

  #template({ id, title }: NotificationDefinition, variant: MailVariant): MailTemplate {
    const { locales } = this.format;
    const model = sampleModel(id, variant, locales[0] ?? '', this.mode.isTest);
    const { template, subjectLine = '' } = this.channels.named(EMAIL).render(model);
    return {
      ...{ rule: id, title, variant, says: VARIANT_SENTENCES[variant] },
      ...{ template, subject: subjectLine, locales },
    };
  }
}
