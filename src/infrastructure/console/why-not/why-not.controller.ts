import { Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { AskWhyNot } from '../../../application/audit/ask-why-not.js';
import { ListDocuments } from '../../../application/audit/list-documents.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { problemOf } from '../../http/problem.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page } from '../kit/page.js';
import { isComplete, type Question, questionQuery } from './question.js';
import { type Unanswered, type WhyNotPage, whyNotPage } from './why-not-page.js';

/** What the form can be mended by; every other error is a page of its own. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set(['not-found', 'person-ambiguous', 'not-yet-due']);

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

  async #unanswered(scope: Scope, question: Question, { code }: HeraldError): Promise<Unanswered> {
    const { person, partner, account } = question;
    switch (code) {
      case 'person-ambiguous':
        return {
          says: `${person} is more than one person. Choose the one that you mean.`,
          candidates: await this.#candidates(scope, person),
        };
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

  async #candidates(scope: Scope, person: string): Promise<readonly PersonDocument[]> {
    const where: Readonly<Record<string, string>> = person.includes('@')
      ? { email: person }
      : { userId: person };
    const query = new ListDocuments<PersonDocument>(scope, 'people', { where, limit: CANDIDATES });
    return (await this.queries.execute(query)).documents;
  }
}
