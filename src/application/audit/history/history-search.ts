import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_SEARCHED_SUBJECT, MAX_SEARCHED_SUBJECTS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { WITHHELD_REASONS } from '../../../domain/rules/shared/reasons.js';
import type { Query } from '../../ports/document-store.js';
import { comparedSubject, history } from '../../read-models/history/history.js';
import { ScopedLists } from '../../tenancy/scoped-lists.js';
import { RecipientFilters } from './recipient-filters.js';

type Where = NonNullable<Query['where']>;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Sorts after all that may follow the beginning of a text. */
const LAST = '\u{10FFFF}';

/**
 * Finds entries by free text, with a few index searches however long the history is. The text means the first of these that a
 * decision in the scope has: the id of the notification; the recipient, by the user id or an address; the id of the account or the partner;
 * the reason; the beginning of the subject line, in any case. Each of the ids may look like an address.
 */
@Injectable()
export class HistorySearch {
  constructor(
    private readonly lists: ScopedLists,
    private readonly recipients: RecipientFilters,
  ) {}

  /**
   * The condition that the text means; undefined if nothing has it.
   * @param partnerId whose people an address is looked up among. Default: all.
   * @throws HeraldError `invalid-request`, `read-models-rebuilding`, `search-too-broad`.
   */
  async find(scope: Scope, q: string, partnerId?: string): Promise<Where | undefined> {
    const text = q.trim();
    const recipient = await this.recipients.of(scope, text, partnerId);
    for (const where of [...notificationsOf(text), recipient, { accountId: text }, { partnerId: text }])
      if (await this.#isThere(scope, where)) return where;
    return isReason(text) ? { reason: text } : this.#bySubject(scope, text);
  }

  async #isThere(scope: Scope, where: Where): Promise<boolean> {
    const { documents } = await this.lists.bySolution(history, scope, {
      where,
      orderBy: 'decidedAt',
      limit: 1,
    });
    return documents.length > 0;
  }

  async #bySubject(scope: Scope, text: string): Promise<Where | undefined> {
    const key = comparedSubject(text);
    if (key === '') return undefined;
    // A longer text could only be compared in part, and would find other subjects as well.
    if (Array.from(key).length > MAX_SEARCHED_SUBJECT) throw tooLong();
    const subjects = await this.lists.distinctBySolution(history, scope, {
      field: 'subjectKey',
      range: { from: key, to: `${key}${LAST}` },
      limit: MAX_SEARCHED_SUBJECTS + 1,
    });
    if (subjects.length > MAX_SEARCHED_SUBJECTS) throw tooBroad(text);
    return subjects.length > 0 ? { subjectKey: subjects } : undefined;
  }
}

const notificationsOf = (text: string): readonly Where[] =>
  UUID.test(text) ? [{ id: text.toLowerCase() }] : [];

const isAddress = (text: string): boolean => /^\S+@\S+$/.test(text);

/** Whether a text has the form of an id of a notification or of an address, which few decisions have. */
export const namesFew = (q: string): boolean => UUID.test(q.trim()) || isAddress(q.trim());

const isReason = (text: string): boolean => (WITHHELD_REASONS as readonly string[]).includes(text);

const tooLong = (): HeraldError =>
  new HeraldError(
    'invalid-request',
    `The text has more than ${MAX_SEARCHED_SUBJECT} characters once it is normalised (NFKC): give less of the subject.`,
    'q',
  );

const tooBroad = (text: string): HeraldError =>
  new HeraldError(
    'search-too-broad',
    `More than ${MAX_SEARCHED_SUBJECTS} different subjects begin with “${text}”: give more of the subject.`,
    'q',
  );
