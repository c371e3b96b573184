import type { Receipt } from '../../../application/ingest/record-platform-events.js';
import { MAX_ERRORS } from '../../../domain/bounds.js';
import { PROBLEM_TYPE, type Problem, problem, problemOf } from '../problems/problem.js';

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly answer: object;
}

/** What became of one event of a batch. */
export type EventResult =
  | ({ readonly index: number } & Exclude<Receipt, { readonly status: 'refused' }>)
  | { readonly index: number; readonly status: 'refused'; readonly problem: Problem };

/** What became of a batch: a result for each event, in the order of the batch. */
export interface BatchReceipt {
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  /** Errors that are not listed. */
  readonly errorsOmitted?: number;
  readonly results: readonly EventResult[];
}

/** No event of the batch was recorded. */
export type BatchRefused = Problem & BatchReceipt;

const JSON_TYPE = 'application/json';

/** The answer for one event. */
export const singleAnswer = (receipt: Receipt): Answer => {
  if (receipt.status !== 'refused') return { status: 202, contentType: JSON_TYPE, answer: receipt };
  const found = problemOf(receipt.error);
  return { status: found.status, contentType: PROBLEM_TYPE, answer: found };
};

/** The answer for a batch: a result for each event, in the order of the batch. */
export const batchAnswer = (receipts: readonly Receipt[]): Answer => {
  const reported = new ReportedErrors();
  const results = receipts.map(
    (receipt, index): EventResult =>
      receipt.status === 'refused'
        ? { index, status: receipt.status, problem: reported.of(problemOf(receipt.error)) }
        : { index, ...receipt },
  );
  const count = (status: Receipt['status']) => receipts.filter((receipt) => receipt.status === status).length;
  const refused = count('refused');
  const counts = { accepted: count('accepted'), duplicate: count('duplicate'), refused };
  const { omitted } = reported;
  const outcome: BatchReceipt = { ...counts, ...(omitted > 0 ? { errorsOmitted: omitted } : {}), results };
  if (refused > 0 && refused === receipts.length) {
    const detail = `None of the ${refused} events was recorded: correct them and send them again.`;
    const answer: BatchRefused = { ...problem('batch-refused', detail), ...outcome };
    return { status: 400, contentType: PROBLEM_TYPE, answer };
  }
  return { status: refused > 0 ? 207 : 202, contentType: JSON_TYPE, answer: outcome };
};

/** Bounds the errors of one answer: the first ones are listed, the rest are counted. */
class ReportedErrors {
  #named = 0;
  #omitted = 0;

  /** The number of omitted errors. */
  get omitted(): number {
    return this.#omitted;
  }

  /** The problem with as many of its errors as there is room for. */
  of(found: Problem): Problem {
    const { errors = [], ...rest } = found;
    const room = MAX_ERRORS - this.#named;
    const named = errors.slice(0, room);
    this.#named += named.length;
    this.#omitted += errors.length - named.length;
    if (named.length === errors.length) return found;
    const detail = `The answer lists the first ${MAX_ERRORS} errors of the batch; ${errors.length - named.length} errors of this event are omitted. Correct the listed ones, and send the event again.`;
    return { ...rest, detail, ...(named.length > 0 ? { errors: named } : {}) };
  }
}
