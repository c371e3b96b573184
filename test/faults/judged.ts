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
  /** How many mails are rejected for good, each of which is escalated by one more mail; none. */
  readonly rejected?: number;
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
  { mails, delivered, rejected = 0, ...row }: Expected,
): Promise<void> => {
  // What a killed instance could not take is published again, as a platform does.
  await herald.publish(...partners(mails), ...refused(upTo(mails)));
  const { entries, now } = await settledMails(herald, mails, START);
  const { lost, twice, unknown } = tally(entries, delivered());
  const { unwell } = await herald.health();
  expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
  expect(unknown).toBeLessThanOrEqual(row.mostUnknown);
  const listed = await herald.get<{ items: unknown[] }>(
    '/v1/notifications?outcome=outcome-unknown&limit=200',
  );
  expect(listed.items).toHaveLength(unknown);
  await resolveDoubts(herald, entries, delivered());
  const after = await settledMails(herald, mails + rejected, now);
  const ended = (outcome: string) => after.entries.filter((entry) => entry.outcome === outcome);
  expect(ended('outcome-unknown')).toEqual([]);
  expect(ended('rejected')).toHaveLength(rejected);
  expect(after.entries).toHaveLength(mails + rejected);
  expect(
    after.entries.filter(({ outcome }) => !['rejected', 'accepted', 'delivered'].includes(outcome)),
  ).toEqual([]);
  expect(new Set(delivered()).size).toBe(mails);
  expect(delivered()).toHaveLength(mails);
  note({
    ...{ fault: row.fault, mails, lost, twice, unknown, health: row.health ?? unwell },
    others: row.others ?? 'all have their mail once the doubts are resolved',
  });
};
