import { expect, it } from 'vitest';
import { LogOnce } from './log-once.js';

it('An error is logged once, and again after a recovery', () => {
  const made: string[] = [];
  const complaint = new LogOnce({ error: (message: string) => made.push(message) });
  for (const message of ['away', 'away', 'full', 'away']) complaint.about(new Error(message));
  complaint.over();
  complaint.about(new Error('away'));
  expect(made).toEqual(['away', 'full', 'away', 'away']);
});
