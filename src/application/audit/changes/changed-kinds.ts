/** What has a history of its own, with the category of its stream, its name in a sentence, and the list that it is in. */
export const CHANGED = {
  'social-account': { category: 'socialAccount', name: 'account', list: 'social-accounts' },
  partner: { category: 'partner', name: 'partner', list: 'partners' },
  'approval-queue': { category: 'approvalQueue', name: 'approval queue of', list: 'approval-queues' },
  solution: { category: 'solution', name: 'solution', list: 'solutions' },
} as const;

export type ChangedKind = keyof typeof CHANGED;
