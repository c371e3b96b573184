import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { ListTemplates } from '../../../application/mails/list-templates.js';
import { PreviewTemplate } from '../../../application/mails/preview-template.js';
import type { MailPart } from '../../../application/ports/mail-format.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';
import { Caller } from '../../http/access/caller.js';
import { Requires } from '../../http/access/route-access.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { templateParams } from '../../http/mails/mail-schemas.js';
import { Filters } from '../kit/form.js';
import { FramedMail } from '../kit/framed-mail.js';
import { ConsoleController, Page, Resource } from '../kit/page.js';
import { type TemplatePage, templatePage } from './template-page.js';
import { frameQuery, type TemplateFilters, templateQuery } from './template-query.js';
import { type TemplatesPage, templatesPage } from './templates-page.js';

type Params = z.output<typeof templateParams>;

/** Every mail that Herald can send, as the templates make it now. */
@ConsoleController('templates')
export class TemplatesController {
  constructor(private readonly queries: QueryBus) {}

  @Requires('history:read', { reads: 'nothing-personal' })
  @Page('', 'templates', 'history:read')
  async list(): Promise<TemplatesPage> {
    return templatesPage(await this.queries.execute(new ListTemplates()));
  }

  @Page(':rule', 'template', 'history:read')
  @ExpensiveRead('notification')
  async show(
    @Param({ schema: templateParams }) { rule }: Params,
    @Filters({ schema: templateQuery }) filters: TemplateFilters,
    @Caller() { scope }: Principal,
  ): Promise<TemplatePage> {
    const all = await this.queries.execute(new ListTemplates());
    const [first, ...others] = all.filter((template) => template.rule === rule);
    if (!first) throw new Error(`There is no template of ${rule}.`);
    const text = await this.#text(scope, rule, filters);
    return templatePage(filters, { variants: [first, ...others], text });
  }

  @Resource(':rule/preview', 'history:read')
  @ExpensiveRead('notification')
  @FramedMail()
  preview(
    @Param({ schema: templateParams }) { rule }: Params,
    @Filters({ schema: frameQuery }) { scheme, notification, ...using }: z.output<typeof frameQuery>,
    @Caller() { scope }: Principal,
  ): Promise<string> {
    const preview = { ...using, notificationId: notification };
    return this.queries.execute(new PreviewTemplate(scope, rule, preview, { part: 'html', scheme }));
  }

  /** The part that the page shows itself. For a notification it is made anyway: a frame could not say that there is none. */
  async #text(scope: Scope, rule: RuleId, { part, notification, ...using }: TemplateFilters) {
    if (part === 'html' && notification === undefined) return undefined;
    const shown: MailPart = part === 'html' ? 'text' : part;
    const preview = { ...using, notificationId: notification };
    const text = await this.queries.execute(new PreviewTemplate(scope, rule, preview, { part: shown }));
    return part === 'html' ? undefined : text;
  }
}
