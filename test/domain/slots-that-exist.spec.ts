import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../src/domain/approval-queue/send-nows.js';
import type { Fact, Instant, Recorded } from '../../src/domain/kernel/event.js';
import { plus } from '../../src/domain/kernel/instant.js';
import {
  accountNotification,
  QUEUE_NOTIFICATIONS,
  queueNotification,
} from '../../src/domain/rules/notifications.js';
import { recipientDecisions } from '../../src/domain/rules/shared/recipient-decisions.js';
import type { Verdict } from '../../src/domain/rules/shared/verdict.js';
import { happening, play } from './happenings.js';
import type { Decided, World } from './partner-world.js';

/** What the rules say of a decision's subject at a moment, of all that Herald knew then. */
const verdictsAt = (world: World, one: Decided, moment: Instant): readonly Verdict[] => {
  const isEarlierSlot = ({ type, data, eventId }: Recorded<Fact>): boolean => {
    const { rule, date } = data as { readonly rule?: string; readonly date?: string };
    const isDecided = type === 'SlotDecided' && eventId <= one.after && rule === one.rule;
    return isDecided && date !== undefined && date < one.slot.date;
  };
  // Of several slots that Herald decides late, the earlier ones have their decision.
  const isKnown = (event: Recorded<Fact>): boolean => event.recordedAt <= moment || isEarlierSlot(event);
  if (!QUEUE_NOTIFICATIONS.some(({ id }) => id === one.rule)) {
    const facts = world.accountFactsKnowing(one.subject, isKnown);
    return [accountNotification(one.rule).decide(facts, moment)];
  }
  const facts = world.queueFactsKnowing(isKnown);
  const userId = one.reader ?? one.who;
  // What answers a Send Now depends on what waits when it is answered.
  if (isRequest(one))
    return QUEUE_NOTIFICATIONS.map(({ decide }) =>
      decide(facts, { userId, request: requestOf(facts.queue, userId) }, moment),
    );
  return [queueNotification(one.rule).decide(facts, { userId }, moment)];
};

const isRequest = ({ slot }: Decided): boolean => slot.key.startsWith('request:');

/** Whether it was due at a moment for its recipient, of all that Herald knew then. */
const wasDue = (world: World, one: Decided, moment: Instant): boolean => {
  const { settings } = world.solution.knowing(({ recordedAt }) => recordedAt <= moment);
  return verdictsAt(world, one, moment).some((verdict) => {
    // A slot that is a moment is due at once, whatever its moment is by what was known.
    const isSame = one.slot.key !== one.slot.date || verdict.slot?.key === one.slot.key;
    const decisions = recipientDecisions(verdict, settings);
    const decision = decisions.find(({ recipient }) => recipient.userId === one.who);
    return verdict.due && isSame && decision !== undefined && decision.reason === undefined;
  });
};

describe('In every history', () => {
  const numRuns = Number(process.env.SLOT_RUNS ?? 1_500);

  it('what is late for somebody was due for them already at its slot, of all that Herald knew then', () => {
    let lateOnes = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 4, maxLength: 40 }), fc.boolean(), (history, isKnown) => {
        const world = play(history, isKnown);
        for (const one of world.decided.filter(({ lateBy }) => lateBy > 0)) {
          lateOnes += 1;
          const since = plus(one.at, -one.lateBy);
          if (one.reason === undefined && !wasDue(world, one, since))
            expect.fail(
              `${one.rule} ${one.slot.key} (${one.slot.at}) for ${one.who} at ${one.at}, late since ${since}`,
            );
        }
      }),
      { numRuns },
    );
    expect(lateOnes).toBeGreaterThan(100);
  });

  it('what is missed was due already at its slot, of all that Herald knew then', () => {
    let missed = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 4, maxLength: 40 }), fc.boolean(), (history, isKnown) => {
        const world = play(history, isKnown);
        for (const one of world.decided.filter(({ reason }) => reason === 'missed')) {
          missed += 1;
          const [verdict] = verdictsAt(world, one, one.slot.at);
          const isSame = verdict?.slot?.key === one.slot.key;
          if (!verdict?.due || !isSame || verdict.reason === 'missed')
            expect.fail(`${one.rule} ${one.slot.key} (${one.slot.at}) for ${one.who} at ${one.at}`);
        }
      }),
      { numRuns },
    );
    expect(missed).toBeGreaterThan(20);
  });
});
