import { Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { FindPeople } from '../../../application/audit/people/find-people.js';
import { AskWhyNot } from '../../../application/audit/why/ask-why-not.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { problemOf } from '../../http/problems/problem.js';
import { Filters } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import { isComplete, type Question, questionQuery } from './question.js';
import { type Unanswered, type WhyNotPage, whyNotPage } from './why-not-page.js';

/** What the form can be mended by; every other error is a page of its own. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set([
  'invalid-request',
  'not-found',
  'person-ambiguous',
  'not-yet-due',
]);

/** How many people are listed of those who could be meant. */
const CANDIDATES = 20;

/** Why somebody was not notified. */
@ConsoleController('why-not')
export class WhyNotController {
  constructor(private readonly queries: QueryBus) {}

  @Page('', 'why-not', 'history:read')
  @ExpensiveRead()
  async ask(
    @Filters({ schema: questionQuery }) question: z.output<typeof questionQuery>,
    @Caller() { scope }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WhyNotPage> {
    if (!isComplete(question)) return whyNotPage(question, {});
    const { person, rule, at, partner, account } = question;
    try {
      const asked = { person, rule, at, partnerId: partner, accountId: account };
      return whyNotPage(question, { found: await this.queries.execute(new AskWhyNot(scope, asked)) });
    } catch (error) {
      if (!(error instanceof HeraldError) || !MENDABLE.has(error.code)) throw error;
      void reply.status(problemOf(error).status);
      return whyNotPage(question, { unanswered: await this.#unanswered(scope, question, error) });
    }
  }

  async #unanswered(scope: Scope, question: Question, { code, message }: HeraldError): Promise<Unanswered> {
    const { person, partner, account } = question;
    switch (code) {
      case 'person-ambiguous':
        return this.#ambiguous(scope, question);
      case 'invalid-request':
        return { says: message, candidates: [] };
      case 'not-yet-due':
        return {
          says: 'That moment has not come yet: choose one that has passed. The agenda shows what comes next.',
          candidates: [],
        };
      default:
        return {
          says: `Herald does not know ${person}${partner ? ` at ${partner}` : ''}${account ? `, or the account ${account}` : ''}. Look among the people and accounts, and mind that ids are written as the platform writes them.`,
          candidates: [],
        };
    }
  }

  async #ambiguous(scope: Scope, { person, partner: partnerId }: Question): Promise<Unanswered> {
    const query = new FindPeople(scope, { person, partnerId, limit: CANDIDATES });
    const { documents, next } = await this.queries.execute(query);
    return {
      says: `${person} is more than one person. ${documents.length > 0 ? 'Choose the one that you mean.' : 'Name the partner.'}`,
      candidates: documents,
      others: next === undefined ? undefined : href(at('people'), { person, partner: partnerId }),
    };
  }
}
