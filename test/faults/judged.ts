import { expect } from 'vitest';
import type { Instance } from '../chaos/instance.js';
import { note } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { START } from './machine.js';
import { resolveDoubts, settledMails, tally } from './settled-mails.js';

export interface Expected {
  readonly fault: string;
  readonly mails: number;
  readonly mostUnknown: number;
  /** How many mails do not reach their recipients, and how they end. Default: none. All but superseded ones are escalated by one more mail. */
  readonly undelivered?: { readonly count: number; readonly outcome: string };
  /** Mails that tell the escalation contact of a refused sender. Default: none. */
  readonly alerts?: number;
  /** Where the clock stands. Default: where it started. */
  readonly from?: string;
  readonly others?: string;
  /** The parts that were not well during the fault; those after it. */
  readonly health?: readonly string[];
  /** What was delivered: mails that the server has answered with an error are not. */
  readonly delivered: () => readonly string[];
}

/**
 * Lets time pass until each mail has its outcome; then resolves each doubt as an operator does, and counts again. It expects that none
 * is lost, none is sent twice, and each doubt is listed and can be resolved. The fault becomes a row of the table.
 */
export const judged = async (
  herald: Instance,
  {
    mails,
    delivered,
    undelivered = { count: 0, outcome: 'rejected' },
    from = START,
    alerts = 0,
    ...row
  }: Expected,
): Promise<void> => {
  // What a killed instance could not take is published again, as a platform does.
  await herald.publish(...partners(mails), ...refused(upTo(mails)));
  const { entries, now } = await settledMails(herald, mails, from);
  const { lost, twice, unknown } = tally(entries, delivered());
  const { unwell } = await herald.health();
  expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
  expect(unknown).toBeLessThanOrEqual(row.mostUnknown);
  const listed = await herald.get<{ items: unknown[] }>(
    '/v1/notifications?outcome=outcome-unknown&limit=200',
  );
  expect(listed.items).toHaveLength(unknown);
  await resolveDoubts(herald, entries, delivered());
  const { count, outcome } = undelivered;
  const more = alerts + (outcome === 'superseded' ? 0 : count);
  const after = await settledMails(herald, mails + more, now);
  expect(after.entries).toHaveLength(mails + more);
  expect(after.entries.filter((entry) => entry.outcome === outcome)).toHaveLength(count);
  expect(
    after.entries.filter((entry) => ![outcome, 'accepted', 'delivered'].includes(entry.outcome)),
  ).toEqual([]);
  expect(new Set(delivered()).size).toBe(mails - count + more);
  expect(delivered()).toHaveLength(mails - count + more);
  note({
    ...{ fault: row.fault, mails, lost, twice, unknown, health: row.health ?? unwell },
    others: row.others ?? 'all have their mail once the doubts are resolved',
  });
};
