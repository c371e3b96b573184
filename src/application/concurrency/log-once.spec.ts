import { expect, it } from 'vitest';
import { LogOnce } from './log-once.js';

it('A complaint is made once for each error, and again when all was well meanwhile', () => {
  const made: string[] = [];
  const complaint = new LogOnce({ error: (message: string) => made.push(message) });
  for (const message of ['away', 'away', 'full', 'away']) complaint.about(new Error(message));
  complaint.over();
  complaint.about(new Error('away'));
  expect(made).toEqual(['away', 'full', 'away', 'away']);
});
