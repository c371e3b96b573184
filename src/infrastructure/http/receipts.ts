import type { Receipt } from '../../application/ingest/ingest.js';
import { PROBLEM_TYPE, problem, problemOf } from './problem.js';

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly answer: object;
}

const JSON_TYPE = 'application/json';

/** What one event is answered with. */
export const singleAnswer = (receipt: Receipt): Answer => {
  if (receipt.status !== 'refused') return { status: 202, contentType: JSON_TYPE, answer: receipt };
  const found = problemOf(receipt.error);
  return { status: found.status, contentType: PROBLEM_TYPE, answer: found };
};

/** What a batch is answered with: what became of each event, in the order of the batch. */
export const batchAnswer = (receipts: readonly Receipt[]): Answer => {
  const results = receipts.map((receipt, index) =>
    receipt.status === 'refused'
      ? { index, status: receipt.status, problem: problemOf(receipt.error) }
      : { index, ...receipt },
  );
  const count = (status: Receipt['status']) => receipts.filter((receipt) => receipt.status === status).length;
  const refused = count('refused');
  const counts = { accepted: count('accepted'), duplicate: count('duplicate'), refused };
  if (refused > 0 && refused === receipts.length) {
    const detail = `None of the ${refused} events was recorded: mend them and send them again.`;
    const answer = { ...problem(400, 'batch-refused', detail), ...counts, results };
    return { status: 400, contentType: PROBLEM_TYPE, answer };
  }
  return { status: refused > 0 ? 207 : 202, contentType: JSON_TYPE, answer: { ...counts, results } };
};
