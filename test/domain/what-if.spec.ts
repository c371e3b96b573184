import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Simulation } from '../../src/application/what-if/simulation.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { happening, play, START } from './happenings.js';
import { stored } from './stored.js';

// What-if assumes that Herald is never down, so nothing happens while nobody decides.
const histories = fc.array(
  happening.filter(({ kind }) => kind !== 'idle'),
  { minLength: 4, maxLength: 30 },
);

it('What-if without other parameters notifies whom Herald notified, of the same slots', () => {
  let notified = 0;
  fc.assert(
    fc.property(histories, fc.boolean(), (history, isKnown) => {
      const world = play(history, isKnown);
      const events = [
        ...stored('solution-aurora', world.solution.events),
        ...stored('partner-linden', world.partner.events),
        ...stored('approvalQueue-linden', world.queue.events),
        ...[...world.accounts].flatMap(([id, account]) => stored(`socialAccount-${id}`, account.events)),
      ];
      const simulation = new Simulation(START);
      const would: string[] = [];
      const note = (steps: ReturnType<Simulation['end']>): void => {
        for (const one of steps)
          for (const { recipient, reason } of one?.decisions ?? [])
            if (!reason)
              would.push(`${one?.verdict.rule} ${one?.verdict.slot.key} ${recipient.userId} ${one?.at}`);
      };
      for (const event of events.sort((a, b) => (a.id < b.id ? -1 : 1))) note(simulation.take(event));
      note(simulation.end(plus(world.now, 1)));
      const did = world.decided
        .filter(({ reason }) => reason === undefined)
        .map(({ rule, slot, who, at }) => `${rule} ${slot.key} ${who} ${at}`);
      notified += did.length;
      expect(would.sort()).toEqual(did.sort());
    }),
    { numRuns: 1_500 },
  );
  expect(notified).toBeGreaterThan(100);
});
