import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { noSessionCookies } from '../../http/access/session-cookie.js';
import { type Problem, retryAfter } from '../../http/problems/problem.js';
import { Problems } from '../../http/problems/problems.js';
import { withoutDone } from './done.js';
import { href } from './href.js';
import { inPages } from './in-pages.js';
import { PageRenderer } from './page-renderer.js';
import { refusedFilters } from './refused-filters.js';

/** Answers every error of a console page as a page; whoever has to sign in first is led there. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(
    private readonly problems: Problems,
    private readonly pages: PageRenderer,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    try {
      this.#answer(error, http.getRequest<FastifyRequest>(), reply);
    } catch (failure) {
      this.problems.answerUnanswered(failure, reply);
    }
  }

  #answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const found = this.problems.of(error);
    const problem = { ...found, detail: inPages(found.detail) };
    if (problem.status === 401) {
      this.#signIn(request, reply, problem);
      return;
    }
    const seconds = error instanceof TooManyRequests ? error.retryAfter : retryAfter(problem);
    if (seconds !== undefined) void reply.header('retry-after', seconds);
    const mendable = refusedFilters(error, request);
    if (mendable) {
      void reply.status(problem.status).send(this.pages.answer(request, reply, 'refused-filters', mendable));
      return;
    }
    const isStranger = request.principal === undefined;
    const model = { title: problem.title, problem, isStranger, from: formPageOf(request) };
    void reply.status(problem.status).send(this.pages.answer(request, reply, 'problem', model));
  }

  /**
   * A session cookie does not come with a link from another site. The page that such a link leads to is opened once more, from here;
   * then the cookie comes, if there is one.
   */
  #signIn(request: FastifyRequest, reply: FastifyReply, { code, detail }: Problem): void {
    if (request.headers['sec-fetch-site'] === 'cross-site' && request.method === 'GET') {
      const model = { title: 'Opening the page', url: withoutDone(request.url) };
      void reply.status(401).send(this.pages.answer(request, reply, 'again', model));
      return;
    }
    // What is no longer valid would count as a wrong credential with each page.
    if (code === 'credential-invalid') void reply.header('set-cookie', noSessionCookies());
    const isForm = request.method !== 'GET';
    const to = isForm ? formPageOf(request) : request.url;
    // Whoever opens a page and was never signed in needs no reason to do so.
    const why = isForm || code !== 'credential-missing' ? code : undefined;
    void reply.status(303).header('location', href('/console/sign-in', { to, why })).send(detail);
  }
}

/** The page of the console that the form of a request is on, as far as the browser says which. */
const formPageOf = ({ method, headers: { referer = '' } }: FastifyRequest): string | undefined => {
  if (method === 'GET' || !URL.canParse(referer)) return undefined;
  const { pathname, search } = new URL(referer);
  return /^\/console(\/|$)/.test(pathname) ? withoutDone(`${pathname}${search}`) : undefined;
};
