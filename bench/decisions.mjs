// A history of a year's decisions, as the projection would have written it.
import { decisionDocument } from './decision-document.mjs';
import { size } from './support.mjs';

const CHUNK = 10_000;
const YEAR = 365 * 86_400_000;

export const PEOPLE = size({ full: 20_000, quick: 2_000 });
export const PARTNERS = size({ full: 2_000, quick: 200 });
export const ACCOUNTS = size({ full: 10_000, quick: 1_000 });
export const SOLUTIONS = 5;
export const NOW = '2026-03-03T08:00:00.000Z';
export const RULES = [
  'content-needs-approval',
  'no-social-media-content',
  'settings-update-required',
  'account-expired',
];
const OUTCOMES = ['accepted', 'delivered', 'delivered', 'delivered', 'bounced', 'rejected', 'superseded'];
const REASONS = ['opted-out', 'not-entitled', 'no-reachable-recipient'];

export const idOf = (n) => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;

/** The n-th of `count` decisions, which are spread over the year before NOW. */
const decision = (n, count) => {
  const partner = n % PARTNERS;
  return {
    ...decisionDocument({
      id: idOf(n),
      rule: RULES[(n >> 3) % RULES.length],
      reason: n % 5 === 0 ? REASONS[n % REASONS.length] : undefined,
      outcome: OUTCOMES[n % OUTCOMES.length],
      decidedAt: new Date(Date.parse(NOW) - YEAR + Math.floor((n * YEAR) / count)).toISOString(),
      person: n % PEOPLE,
      partner,
      solution: partner % SOLUTIONS,
      account: n % ACCOUNTS,
      posts: (n % 7) + 1,
    }),
    position: '1',
  };
};

/** Writes so many decisions into the history. */
export const writeDecisions = async (store, collection, count) => {
  for (let n = 0; n < count; n += CHUNK) {
    const documents = Array.from({ length: Math.min(CHUNK, count - n) }, (_, i) => decision(n + i, count));
    await store.write(
      collection,
      documents.map((document) => ({ id: document.id, position: '1', document, isNew: true })),
    );
  }
};
