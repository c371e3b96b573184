import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { filterLabelsOf } from './filter-labels.js';
import type { PageModel } from './page-model.js';
import { PAGE_POLICY } from './page-policy.js';
import { Shell } from './shell.js';
import { Views } from './views.js';

/** Puts a view into the shell of the console. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly views: Views,
    private readonly shell: Shell,
  ) {}

  /** The page as HTML, with the headers that it needs. */
  answer<M extends PageModel>(request: FastifyRequest, reply: FastifyReply, view: string, model: M): string {
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      // Without a referrer, browsers do not say either from which page a form comes.
      .header('referrer-policy', 'same-origin');
    const content = this.views.render(view, model, { labels: filterLabelsOf(request.routeOptions.url) });
    return this.views.render('shell', { ...this.shell.of(request), title: model.title, content });
  }
}
