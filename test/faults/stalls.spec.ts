import { expect, it } from 'vitest';
import { type Instance } from '../chaos/instance.js';
import { note } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { type Stage } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { useProcesses } from './processes.js';
import { idsIn, resolveDoubts, settledMails, tally } from './settled-mails.js';

// One session falls silent. The mails of the other lane do not wait for it.

const START = '2026-03-02T09:00:00.000Z';
const MAILS = 12;
/** How long Herald waits for the silent server here: longer than all other mails take. */
const PATIENCE_MS = 15_000;
const PATIENCE = new URL('./smtp-patience.mjs', import.meta.url).href;

const world = useProcesses();

const start = (): Promise<Instance> =>
  world.start({ NODE_OPTIONS: `--import=${PATIENCE}`, HERALD_TEST_PATIENCE_MS: String(PATIENCE_MS) }, 2);

it.each<[Stage, string]>([
  ['connect', 'pending'],
  ['EHLO', 'pending'],
  ['MAIL', 'pending'],
  ['RCPT', 'pending'],
  ['DATA', 'pending'],
  ['body', 'sending'],
  ['dot', 'sending'],
])('One session stalls at %s: its mail is %s while all others are sent', async (stage, meanwhile) => {
  let hasStalled = false;
  await world.serve((moment) => {
    if (hasStalled || moment.stage !== stage) return undefined;
    hasStalled = true;
    return 'stall';
  });
  const herald = await start();
  await herald.publish(...partners(MAILS));
  const begun = performance.now();
  await herald.publish(...refused(upTo(MAILS)));
  const outcomes = await until(
    async () => (await herald.history()).map(({ outcome }) => outcome),
    (all) => all.filter((outcome) => outcome === 'accepted').length === MAILS - 1,
    PATIENCE_MS,
  );
  const waited = Math.round(performance.now() - begun);
  expect(hasStalled).toBe(true);
  expect(outcomes.filter((outcome) => outcome !== 'accepted')).toEqual([meanwhile]);
  const { unwell } = await herald.health();

  // Herald loses its patience: it closes the silent session, or says that it does not know.
  await until(
    async () =>
      meanwhile === 'pending'
        ? world.smtp.open() < 2
        : (await herald.history()).some(({ outcome }) => outcome === 'outcome-unknown'),
    Boolean,
    2 * PATIENCE_MS,
  );
  const { entries, now } = await settledMails(herald, MAILS, START);
  // The server has a mail once its end arrived, and does not say so.
  const { lost, twice, unknown } = tally(entries, idsIn(world.smtp));
  note({
    ...{ fault: `one session stalls at ${stage}`, mails: MAILS, lost, twice, unknown, health: unwell },
    others: `the 11 others had their mail within ${waited} ms, while it was silent`,
  });
  expect({ lost, twice, unknown }).toEqual({ lost: 0, twice: 0, unknown: meanwhile === 'sending' ? 1 : 0 });
  await resolveDoubts(herald, entries, idsIn(world.smtp));
  await settledMails(herald, MAILS, now);
  expect({ arrived: world.smtp.received.length, once: new Set(world.smtp.received).size }).toEqual({
    ...{ arrived: MAILS, once: MAILS },
  });
});
