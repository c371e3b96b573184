import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PriorityQueue } from './priority-queue.js';

const plan = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.option(
    fc.integer({ min: 0, max: 9 }).map((n) => `2026-03-0${n}T08:00:00Z`),
    { nil: undefined },
  ),
});

it('The next subject is the one with the earliest moment of those that were planned last', () => {
  fc.assert(
    fc.property(fc.array(plan), (plans) => {
      const queue = new PriorityQueue();
      const planned = new Map<string, string>();
      for (const { id, at } of plans) {
        queue.plan(id, at);
        if (at === undefined) planned.delete(id);
        else planned.set(id, at);
        const earliest = [...planned.values()].sort()[0];
        expect(queue.next()?.at).toBe(earliest);
        expect(planned.get(queue.next()?.id ?? '')).toBe(earliest);
      }
    }),
  );
});
