import { expect, it } from 'vitest';
import { MAX_REFUSED_DOMAINS_IN_A_ROW } from '../../domain/bounds.js';
import type { SendResult } from '../ports/channel.js';
import { FailureStreak } from './failure-streak.js';

const DOUBT = { outcome: 'unknown', reason: 'It said nothing.' } as SendResult;
const REFUSED = { outcome: 'rejected', about: 'recipient', reason: '550 no' } as SendResult;
const DEFERRED = { outcome: 'deferred', about: 'mail', reason: '451 later' } as SendResult;
const ACCEPTED = { outcome: 'accepted' } as SendResult;

/** The streak after these results, each of another recipient at another domain. */
const after = (...results: readonly SendResult[]): string | undefined => {
  const streak = new FailureStreak();
  for (const [n, result] of results.entries()) streak.note(result, `u${n}@d${n}.example`);
  return streak.streak;
};
const refusals = (count: number) => Array.from({ length: count }, () => REFUSED);

it('three recipients in doubt are a streak, whatever other mails were refused or deferred meanwhile', () => {
  expect(after(DOUBT, DOUBT)).toBeUndefined();
  expect(after(DOUBT, DOUBT, DOUBT)).toBe('unconfirmed');
  expect(after(DOUBT, REFUSED, DOUBT, DEFERRED, DOUBT)).toBe('unconfirmed');
  expect(after(DOUBT, DOUBT, ACCEPTED, DOUBT)).toBeUndefined();
});

it('one recipient whose mails are all in doubt is none', () => {
  const streak = new FailureStreak();
  for (let n = 0; n < 9; n += 1) streak.note(DOUBT, 'Ada@d.example');
  expect(streak.streak).toBeUndefined();
});

it('refusals at ten domains are a streak, whatever other mails were deferred meanwhile; it ends when a mail is accepted', () => {
  const all = refusals(MAX_REFUSED_DOMAINS_IN_A_ROW);
  expect(after(...all.slice(1))).toBeUndefined();
  expect(after(...all)).toBe('refused');
  expect(after(...all.slice(1), DEFERRED, REFUSED)).toBe('refused');
  expect(after(...all, DEFERRED)).toBe('refused');
  expect(after(...all, ACCEPTED)).toBeUndefined();
});
