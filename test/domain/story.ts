import type { Decider, Fact, Instant, Recorded } from '../../src/domain/kernel/event.js';

/** A command, and when Herald learns of it where that is not its own moment. */
export type Step<C> = C | readonly [command: C, recordedAt: Instant];

/** Carries out commands one after the other: what was recorded, and the state afterwards. */
export const storyOf = <S, C extends { readonly at: Instant }, E extends Fact>(
  decider: Decider<S, C, E>,
  ...steps: readonly Step<C>[]
): { readonly state: S; readonly facts: readonly E[] } => {
  const facts: E[] = [];
  let state = decider.initialState;
  for (const step of steps) {
    const [command, recordedAt] = Array.isArray(step) ? (step as [C, Instant]) : [step as C, (step as C).at];
    for (const fact of decider.decide(command, state)) {
      facts.push(fact);
      const event = { ...fact, recordedAt, eventId: `e${facts.length}`, position: `${facts.length}` };
      state = decider.evolve(state, event as Recorded<E>);
    }
  }
  return { state, facts };
};
