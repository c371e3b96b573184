import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { type PageModel, type SeeOther, VIEW } from './page-model.js';
import { PageRenderer } from './page-renderer.js';

/** Answers with the page of a model, or leads to another page. Anything else passes as it is. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly pages: PageRenderer,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const view = this.reflector.get<string | undefined>(VIEW, context.getHandler());
    return next.handle().pipe(
      map((answer: unknown) => {
        if (isSeeOther(answer)) {
          void reply.status(303).header('location', answer.seeOther);
          return '';
        }
        if (view === undefined) return answer;
        return this.pages.answer(request, reply, view, answer as PageModel);
      }),
    );
  }
}

const isSeeOther = (answer: unknown): answer is SeeOther =>
  typeof answer === 'object' && answer !== null && 'seeOther' in answer;
