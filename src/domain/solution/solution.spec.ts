import { describe, expect, it } from 'vitest';
import { POLICIES, SETTINGS } from '../../../test/domain/partner-world.js';
import { storyOf } from '../../../test/domain/story.js';
import { type Policies, Solution, type SolutionCommand, type SolutionSettings } from './solution.js';

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

  it('has each of its policies since that was learned', () => {
    const { state } = storyOf(Solution, [configure(1), at(3)]);
    const nine = { value: '09:00', since: at(3) };
    const first = { since: at(3), defaultsSince: at(3), cadenceSince: at(3), sendTimes: [nine] };
    expect(state).toMatchObject({ ...first, policies: POLICIES, entitledSince: at(3) });
    const after = (policies: Partial<Policies>, name?: string) =>
      storyOf(Solution, [configure(1), at(3)], [configure(2, policies, name), at(4)]).state;
    expect(after({}, 'Other')).toMatchObject(first);
    expect(after({ sendAt: '10:00' })).toMatchObject({
      ...first,
      sendTimes: [{ value: '10:00', since: at(4) }, nine],
    });
    expect(after({ accountExpiredCadence: 'monday' })).toMatchObject({ ...first, cadenceSince: at(4) });
    const contentApprovalDefault = { admin: 'daily', member: 'off' } as const;
    expect(after({ contentApprovalDefault })).toMatchObject({ ...first, defaultsSince: at(4) });
  });

  it('has notifications since that was learned the last time, and its escalation contact likewise', () => {
    const with_ = (day: number, settings: Partial<SolutionSettings>) =>
      [{ type: 'ConfigureSolution', data: { ...SETTINGS, ...settings }, at: at(day) }, at(day)] as const;
    const { state } = storyOf(Solution, with_(1, { entitled: false }));
    expect(state.entitledSince).toBeUndefined();
    expect(state).toMatchObject({ since: at(1), escalationSince: at(1) });
    const granted = [with_(1, { entitled: false }), with_(2, {}), with_(3, { name: 'Other' })] as const;
    expect(storyOf(Solution, ...granted).state).toMatchObject({ since: at(1), entitledSince: at(2) });
    expect(storyOf(Solution, ...granted).facts.map(({ data }) => data.changesPlan)).toEqual([
      ...[true, true, false],
    ]);
    const back = [...granted, with_(4, { entitled: false }), with_(5, {})] as const;
    expect(storyOf(Solution, ...back).state.entitledSince).toBe(at(5));
    const moved = [with_(1, {}), with_(2, { escalationEmail: 'new@aurora.example' })] as const;
    expect(storyOf(Solution, ...moved).state.escalationSince).toBe(at(2));
  });
});
