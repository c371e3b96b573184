import { describe, expect, it } from 'vitest';
import { type Instance } from '../chaos/instance.js';
import { anEvent } from '../http/events.js';
import { until } from '../until.js';
import { judged } from './judged.js';
import { burst, ended, useProcesses } from './processes.js';
import { idsIn } from './settled-mails.js';

// A kill just before and just after the append that ends a mail without a new attempt: it is given up, superseded or resolved.

const MAILS = 12;
const HOOK = new URL('./kill-at-append.mjs', import.meta.url).href;
const WHEN = ['before', 'after'] as const;

const world = useProcesses();

const startWithKill = (when: string, type: string, changes: Readonly<Record<string, string>> = {}) =>
  world.start({ NODE_OPTIONS: `--import=${HOOK}`, HERALD_TEST_KILL: `${when} ${type}`, ...changes });

/** Until so many mails have an outcome. */
const outcomes = (herald: Instance, outcome: string, count: number) =>
  until(
    async () => (await herald.history()).filter((entry) => entry.outcome === outcome),
    ({ length }) => length === count,
    60_000,
  );

/** Moves the clock on; the instance may end meanwhile. */
const moveTo = (herald: Instance, now: string): Promise<void> => herald.moveTo(now).catch(() => undefined);

describe('SIGKILL before and after the append of the end of a mail:', () => {
  it.each(WHEN)('%s GivenUp', async (when) => {
    await world.serve(({ stage, to }) =>
      stage === 'RCPT' && to.startsWith('u2@') ? { reply: '451 4.3.0 later' } : undefined,
    );
    const hours = { HERALD_GIVE_UP_AFTER: '1' };
    const first = await startWithKill(when, 'GivenUp', hours);
    await burst(first, MAILS);
    await outcomes(first, 'accepted', MAILS - 1);
    const from = '2026-03-02T11:00:00.000Z';
    await moveTo(first, from);
    await ended(first);
    await judged(await world.start({ ...hours, HERALD_CLOCK_START: from }), {
      ...{ fault: `SIGKILL ${when} the append of GivenUp`, mails: MAILS, mostUnknown: 0, from },
      undelivered: { count: 1, outcome: 'given-up' },
      delivered: () => idsIn(world.smtp),
      others: 'one is given up, and escalated; all others have their mail',
    });
  });

  it.each(WHEN)('%s Superseded', async (when) => {
    await world.serve(({ stage, to }) =>
      stage === 'RCPT' && to.startsWith('u2@') ? { reply: '451 4.3.0 later' } : undefined,
    );
    const first = await startWithKill(when, 'Superseded');
    await burst(first, MAILS);
    await outcomes(first, 'accepted', MAILS - 1);
    await first.publish(
      anEvent('renewed-2', 'social-account.authorisation-renewed', {
        accountId: 'a2',
        authorisationExpiresAt: '2027-03-02T09:00:00Z',
      }),
    );
    const from = '2026-03-02T09:30:00.000Z';
    await moveTo(first, from);
    await ended(first);
    await judged(await world.start({ HERALD_CLOCK_START: from }), {
      ...{ fault: `SIGKILL ${when} the append of Superseded`, mails: MAILS, mostUnknown: 0, from },
      undelivered: { count: 1, outcome: 'superseded' },
      delivered: () => idsIn(world.smtp),
      others: 'one is superseded; all others have their mail',
    });
  });

  const resolutions = (['delivered', 'resend', 'abandoned'] as const).flatMap((as) =>
    WHEN.map((when) => ({ as, when })),
  );

  it.each(resolutions)('$when OutcomeResolved as $as', async ({ as, when }) => {
    const hasArrived = as === 'delivered';
    // The body is looked at once before its first byte, where a drop leaves no doubt, and again with it.
    let left = hasArrived ? 1 : 2;
    await world.serve(({ stage, to }) => {
      if (stage !== (hasArrived ? 'dot' : 'body') || !to.startsWith('u2@') || left === 0) return undefined;
      left -= 1;
      return left === 0 ? 'drop' : undefined;
    });
    const first = await startWithKill(when, 'OutcomeResolved');
    await burst(first, MAILS);
    await outcomes(first, 'accepted', MAILS - 1);
    const [doubt] = await outcomes(first, 'outcome-unknown', 1);
    const resolve = (herald: Instance) =>
      herald.post(`/v1/notifications/${doubt?.notificationId}/resolve`, { as, reason: 'asked the provider' });
    await resolve(first).catch(() => undefined);
    await ended(first);
    const second = await world.start();
    // The operator has no answer, and so says it once more.
    expect((await resolve(second)).status).toBe(200);
    await judged(second, {
      fault: `SIGKILL ${when} the append of OutcomeResolved (as ${as})`,
      ...{ mails: MAILS, mostUnknown: 0, delivered: () => idsIn(world.smtp) },
      ...(as === 'abandoned' ? { undelivered: { count: 1, outcome: 'abandoned' } } : {}),
      others:
        as === 'abandoned'
          ? 'one is abandoned, and escalated; all others have their mail'
          : 'all have their mail; the same resolution again changes nothing',
    });
  });
});
