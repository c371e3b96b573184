import { describe, expect, it } from 'vitest';
import { POLICIES, SETTINGS } from '../../../test/domain/partner-world.js';
import { storyOf } from '../../../test/domain/story.js';
import { type Policies, Solution, type SolutionCommand } from './solution.js';

const at = (day: number): string => `2026-01-0${day}T12:00:00.000Z`;

const configure = (day: number, policies: Partial<Policies> = {}, name = 'Aurora'): SolutionCommand => ({
  type: 'ConfigureSolution',
  data: { ...SETTINGS, name, policies: { ...POLICIES, ...policies } },
  at: at(day),
});

const changes = (...commands: readonly SolutionCommand[]) =>
  storyOf(Solution, ...commands).facts.map(({ data }) => data.changesPlan);

describe('A solution', () => {
  it('records its configuration, and whether slots change with it', () => {
    expect(storyOf(Solution, configure(1)).facts).toEqual([
      { type: 'SolutionConfigured', data: { ...SETTINGS, changesPlan: true }, occurredAt: at(1) },
    ]);
    expect(changes(configure(1), configure(2, {}, 'Other'))).toEqual([true, false]);
    expect(changes(configure(1), configure(2, { sendAt: '10:00' }))).toEqual([true, true]);
    expect(changes(configure(2), configure(1, { sendAt: '10:00' }))).toEqual([true, false]);
    expect(changes(configure(2), configure(2, { sendAt: '10:00' }))).toEqual([true, true]);
    expect(Solution.category).toBe('solution');
  });

  it('is as it was configured last by time', () => {
    const { state } = storyOf(Solution, configure(2, {}, 'Second'), configure(1, {}, 'First'));
    expect(state.settings).toEqual({ ...SETTINGS, name: 'Second' });
    expect(state.at).toBe(at(2));
    expect(storyOf(Solution, configure(2), configure(2, {}, 'Then')).state.settings?.name).toBe('Then');
  });

  it('has its policies since they were learned, and its cadence since that was', () => {
    const { state } = storyOf(Solution, [configure(1), at(3)]);
    expect(state).toMatchObject({ policiesSince: at(3), cadenceSince: at(3), policies: POLICIES });
    const renamed = storyOf(Solution, [configure(1), at(3)], [configure(2, {}, 'Other'), at(4)]).state;
    expect(renamed).toMatchObject({ policiesSince: at(3), cadenceSince: at(3) });
    const later = storyOf(Solution, [configure(1), at(3)], [configure(2, { sendAt: '10:00' }), at(4)]).state;
    expect(later).toMatchObject({ policiesSince: at(4), cadenceSince: at(3) });
    const mondays = [configure(2, { accountExpiredCadence: 'monday' }), at(4)] as const;
    expect(storyOf(Solution, [configure(1), at(3)], mondays).state).toMatchObject({
      ...{ policiesSince: at(4), cadenceSince: at(4) },
    });
  });
});
