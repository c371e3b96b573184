import { describe, expect, it } from 'vitest';
import { type Step, storyOf } from '../../../test/domain/story.js';
import { isAboutUser, Partner, type PartnerCommand, userOf } from './partner.js';
import { frequencyOf, hasOptedOut, isActive, isPresent, NEW_USER, roleOf } from './partner-user.js';

const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const ref = { userId: 'greta', partnerId: 'linden' };
const greta = { ...ref, name: 'Greta', email: 'greta@linden.example', role: 'admin' } as const;
const registration = { partnerId: 'linden', solutionId: 'aurora', name: 'Linden', timeZone: 'Europe/Berlin' };

const register = (day: number, name = 'Linden'): PartnerCommand => ({
  type: 'RegisterPartner',
  data: { ...registration, name },
  at: at(day),
});
const leave = (day: number): PartnerCommand => ({
  type: 'Leave',
  data: { partnerId: 'linden' },
  at: at(day),
});
const add = (day: number): PartnerCommand => ({ type: 'AddUser', data: greta, at: at(day) });
const remove = (day: number): PartnerCommand => ({ type: 'RemoveUser', data: ref, at: at(day) });
const unsubscribe = (day: number): PartnerCommand => ({ type: 'Unsubscribe', data: ref, at: at(day) });
const choose = (day: number, contentApproval: 'off' | 'daily'): PartnerCommand => ({
  type: 'ChangePreferences',
  data: { ...ref, contentApproval },
  at: at(day),
});

const story = (...steps: readonly Step<PartnerCommand>[]) => storyOf(Partner, ...steps);

describe('A partner', () => {
  it.each<[PartnerCommand, string]>([
    [register(1), 'PartnerRegistered'],
    [{ type: 'ChangeZone', data: { partnerId: 'linden', timeZone: 'UTC' }, at: at(1) }, 'PartnerZoneChanged'],
    [leave(1), 'PartnerLeft'],
    [add(1), 'PartnerUserAdded'],
    [{ type: 'ChangeUser', data: { ...ref, active: false }, at: at(1) }, 'PartnerUserChanged'],
    [remove(1), 'PartnerUserRemoved'],
    [choose(1, 'off'), 'PreferencesChanged'],
  ])('records $type as it was reported', (command, type) => {
    const { facts } = story(command);
    expect(facts).toEqual([{ type, data: command.data, occurredAt: at(1) }]);
    const event = { ...facts[0], recordedAt: at(1), eventId: 'e', position: '1' };
    expect(isAboutUser(event as never)).toBe(/User|Preferences/.test(type));
  });

  it('begins with nobody', () => {
    expect(Partner).toMatchObject({ category: 'partner', initialState: { present: 0 } });
    expect(userOf(Partner.initialState, 'greta')).toBeUndefined();
  });

  it('has the name and the zone with the latest time', () => {
    const terms = story(register(3, 'Third'), register(2, 'Second'), [
      { type: 'ChangeZone', data: { partnerId: 'linden', timeZone: 'UTC' }, at: at(4) },
      at(9),
    ]).state;
    expect(terms.registration).toEqual({ value: { solutionId: 'aurora', name: 'Third' }, at: at(3) });
    expect(terms.timeZone).toEqual({ value: 'UTC', at: at(4) });
    expect(terms.since).toBe(at(3));
    expect(story(register(3, 'First'), register(3, 'Then')).state.registration?.value.name).toBe('Then');
  });

  it('that left is away until it is registered again, later', () => {
    expect(story(register(1), leave(2)).state.left).toEqual({ at: at(2) });
    expect(story(register(1), leave(3), leave(2)).state.left).toEqual({ at: at(3) });
    expect(story(register(1), leave(2), leave(3)).state.left).toEqual({ at: at(3) });
    expect(story(register(3), leave(2)).state.left).toBeUndefined();
    expect(story(register(3), leave(3)).state.left).toEqual({ at: at(3) });
    expect(story(register(1), leave(3), register(2)).state).toMatchObject({
      left: { at: at(3) },
      since: at(1),
    });
    expect(story(register(1), leave(3), register(3)).state.left).toBeUndefined();
    expect(story(register(1), leave(3), register(3)).state.since).toBe(at(3));
    expect(story(register(1), leave(3), register(3), leave(3)).state.left).toEqual({ at: at(3) });
    const back = story(register(1), leave(3), [register(4), at(5)]).state;
    expect(back.left).toBeUndefined();
    expect(back.since).toBe(at(5));
  });

  it('has its zone and its solution since they were learned, and remembers the last zones', () => {
    const move = (day: number, timeZone: string): Step<PartnerCommand> => [
      { type: 'ChangeZone', data: { partnerId: 'linden', timeZone }, at: at(day) },
      at(day + 1),
    ];
    const berlin = { value: 'Europe/Berlin', since: at(1) };
    expect(story(register(1), register(2)).state).toMatchObject({ zones: [berlin], solutionSince: at(1) });
    expect(story(register(1), move(2, 'UTC'), move(2, 'UTC')).state.zones).toEqual([
      { value: 'UTC', since: at(3) },
      berlin,
    ]);
    // An older fact that is learned later changes nothing.
    expect(story(register(5), move(2, 'UTC')).state.zones).toEqual([{ ...berlin, since: at(5) }]);
    const zones = ['UTC', 'Asia/Tokyo', 'Europe/Paris', 'America/Nuuk'];
    const moves = zones.map((zone, n) => move(2 + n, zone));
    expect(story(register(1), ...moves).state.zones?.map(({ value }) => value)).toEqual(zones.toReversed());
    const elsewhere = { ...register(3), data: { ...registration, solutionId: 'other' } } as PartnerCommand;
    expect(story(register(1), elsewhere).state).toMatchObject({ since: at(1), solutionSince: at(3) });
  });

  it('counts those who are present', () => {
    expect(story(add(1)).state.present).toBe(1);
    expect(story(add(1), add(2)).state.present).toBe(1);
    expect(story(add(1), remove(2)).state.present).toBe(0);
    expect(story(add(1), remove(2), remove(3), add(4)).state.present).toBe(1);
    expect(story(remove(2), add(1)).state.present).toBe(0);
  });
});

describe('Unsubscribing', () => {
  const off = { ...ref, contentApproval: 'off', via: 'unsubscribe-link' };

  it('is of somebody who is or was there', () => {
    expect(story(unsubscribe(1)).facts).toEqual([]);
    expect(story(add(1), remove(2), unsubscribe(3)).facts.at(-1)).toMatchObject({ data: off });
    expect(story(add(1), unsubscribe(2)).facts.at(-1)).toEqual({
      ...{ type: 'PreferencesChanged', data: off },
      occurredAt: at(2),
    });
  });

  it('is recorded once', () => {
    expect(story(add(1), unsubscribe(2), unsubscribe(3)).facts).toHaveLength(2);
    expect(story(add(1), choose(2, 'off'), unsubscribe(3)).facts).toHaveLength(2);
  });

  it('holds against what was dated ahead', () => {
    const { state, facts } = story(add(1), choose(9, 'daily'), unsubscribe(3));
    expect(facts.at(-1)?.occurredAt).toBe('2026-01-09T12:00:00.001Z');
    expect(userOf(state, 'greta')?.fields.contentApproval?.value).toBe('off');
    expect(story(add(1), choose(2, 'daily'), unsubscribe(3)).facts.at(-1)?.occurredAt).toBe(at(3));
  });

  it('can be undone: digests come as they were chosen before, else as usual, else weekly', () => {
    const subscribe = (day: number, usual: 'off' | 'monthly'): PartnerCommand => ({
      ...{ type: 'Subscribe', data: { ...ref, usual }, at: at(day) },
    });
    const after = (...steps: readonly PartnerCommand[]) => story(add(1), ...steps).facts.slice(1);
    const chosen = (...steps: readonly PartnerCommand[]) =>
      after(...steps).map(({ data }) => 'contentApproval' in data && data.contentApproval);
    expect(chosen(choose(2, 'daily'), unsubscribe(3), subscribe(4, 'off'))).toEqual([
      'daily',
      'off',
      'daily',
    ]);
    expect(chosen(unsubscribe(3), subscribe(4, 'monthly'), subscribe(5, 'monthly'))).toEqual([
      'off',
      'monthly',
    ]);
    expect(chosen(unsubscribe(3), subscribe(4, 'off'))).toEqual(['off', 'weekly']);
    expect([chosen(subscribe(4, 'monthly')), chosen(subscribe(4, 'off'))]).toEqual([[], ['weekly']]);
    expect(chosen(choose(2, 'daily'), subscribe(4, 'off'))).toEqual(['daily']);
    expect(story(subscribe(1, 'monthly')).facts).toEqual([]);
  });
});

describe('A partner user', () => {
  const user = (...steps: readonly Step<PartnerCommand>[]) =>
    userOf(story(...steps).state, 'greta') ?? NEW_USER;
  const policies = {
    contentApprovalDefault: { admin: 'weekly', member: 'monthly' },
    accountExpiredCadence: 'monday',
    sendAt: '09:00',
  } as const;

  it('is present from being added until being removed', () => {
    expect(isPresent(NEW_USER)).toBe(false);
    expect(isPresent(user(add(1)))).toBe(true);
    expect(isPresent(user(add(1), remove(1)))).toBe(false);
    expect(isPresent(user(add(3), remove(2)))).toBe(true);
    expect(isPresent(user(add(1), remove(2), add(2)))).toBe(true);
    expect(isPresent(user(add(1), remove(2), add(2), remove(2)))).toBe(false);
    expect(isPresent(user(add(1), remove(3), add(2)))).toBe(false);
    expect(isPresent(user(choose(1, 'daily')))).toBe(false);
  });

  it('is active while present and not switched off', () => {
    const change = (day: number, active: boolean): PartnerCommand => ({
      type: 'ChangeUser',
      data: { ...ref, active },
      at: at(day),
    });
    expect(isActive(user(add(1)))).toBe(true);
    expect(isActive(user(add(1), change(2, false)))).toBe(false);
    expect(isActive(user(add(1), change(2, false), change(3, true)))).toBe(true);
    expect(isActive(user(change(2, true)))).toBe(false);
    expect(isActive(user(add(1), remove(2)))).toBe(false);
  });

  it('gets digests as chosen, or by the default of the role', () => {
    expect(frequencyOf(user(add(1)), policies)).toBe('weekly');
    expect(frequencyOf(NEW_USER, policies)).toBe('monthly');
    expect(frequencyOf(user(add(1), choose(2, 'daily')), policies)).toBe('daily');
    expect([roleOf(user(add(1))), roleOf(NEW_USER)]).toEqual(['admin', undefined]);
  });

  it('is notified of accounts unless they opted out', () => {
    const chosen = (accountExpiration: 'on' | 'off') =>
      user(add(1), { type: 'ChangePreferences', data: { ...ref, accountExpiration }, at: at(2) });
    expect([user(add(1)), chosen('on'), chosen('off')].map(hasOptedOut)).toEqual([false, false, true]);
  });

  it('is active, in a role, and opted in since that was learned; the partner has its people since the last of it', () => {
    const change = (day: number, data: object): Step<PartnerCommand> => [
      { type: 'ChangeUser', data: { ...ref, ...data }, at: at(day) },
      at(day),
    ];
    const prefer = (day: number, accountExpiration: 'on' | 'off'): PartnerCommand => ({
      type: 'ChangePreferences',
      data: { ...ref, accountExpiration },
      at: at(day),
    });
    const added = user([add(1), at(2)]);
    expect(added).toMatchObject({ activeSince: at(2), roleSince: at(2) });
    expect(added.optInSince).toBeUndefined();
    expect(user(add(1), change(3, { name: 'Margareta' }))).toMatchObject({
      activeSince: at(1),
      roleSince: at(1),
    });
    const member = user(add(1), change(3, { role: 'member' }));
    expect(member).toMatchObject({ activeSince: at(1), roleSince: at(3) });
    expect(user(add(1), change(3, { active: false }), change(4, { active: true })).activeSince).toBe(at(4));
    expect(user(add(1), remove(3), add(5)).activeSince).toBe(at(5));
    expect(user(add(1), prefer(3, 'on')).optInSince).toBeUndefined();
    expect(user(add(1), prefer(3, 'off'), prefer(4, 'on'), prefer(5, 'on')).optInSince).toBe(at(4));
    expect(story(add(1)).state.peopleSince).toBe(at(1));
    expect(story(add(1), prefer(3, 'off'), register(4), choose(5, 'daily')).state.peopleSince).toBe(at(3));
    expect(story(register(1)).state.peopleSince).toBeUndefined();
  });

  it('has digests since what decides about them was last learned', () => {
    expect(user([add(1), at(2)])).toMatchObject({ digestsSince: at(2), toldAt: at(2) });
    const renamed = { type: 'ChangeUser', data: { ...ref, name: 'G.' }, at: at(3) } as const;
    expect(user([add(1), at(2)], [renamed, at(4)])).toMatchObject({ digestsSince: at(2), toldAt: at(4) });
    for (const change of [{ role: 'member' }, { active: false }] as const) {
      const changed = { type: 'ChangeUser', data: { ...ref, ...change }, at: at(3) } as const;
      expect(user([add(1), at(2)], [changed, at(4)]).digestsSince).toBe(at(4));
    }
    expect(user([add(1), at(2)], [choose(3, 'daily'), at(4)]).digestsSince).toBe(at(4));
    expect(user([add(1), at(2)], [remove(3), at(4)]).digestsSince).toBe(at(4));
    expect(user([add(1), at(2)], [choose(3, 'daily'), at(4)], [choose(5, 'daily'), at(6)]).digestsSince).toBe(
      at(4),
    );
  });

  it('keeps the latest value of each field by time; a user added again without a locale has none', () => {
    const german = { type: 'ChangeUser', data: { ...ref, locale: 'de' }, at: at(3) } as const;
    expect(user(add(1), german).fields.locale?.value).toBe('de');
    expect(user(german, add(1)).fields.locale?.value).toBe('de');
    expect(user(german, add(4)).fields.locale).toEqual({ value: undefined, at: at(4) });
    expect(user(add(1)).fields).not.toHaveProperty('userId');
    expect(user(add(1)).fields).not.toHaveProperty('partnerId');
  });
});

describe('An undeliverable address', () => {
  const mark = (day: number, address: string = greta.email): PartnerCommand => ({
    type: 'MarkUndeliverable',
    data: { ...ref, address, reason: 'bounced', notificationId: 'n1' },
    at: at(day),
  });
  const moveTo = (day: number, email: string): PartnerCommand => ({
    type: 'ChangeUser',
    data: { ...ref, email },
    at: at(day),
  });
  const known = (...steps: readonly Step<PartnerCommand>[]) =>
    userOf(story(...steps).state, 'greta')?.undeliverable;

  it('is recorded once, of a user who has it', () => {
    const { facts, state } = story(add(1), mark(2), mark(3));
    expect(facts.slice(1)).toEqual([{ type: 'AddressUndeliverable', data: mark(2).data, occurredAt: at(2) }]);
    expect(userOf(state, 'greta')?.undeliverable).toEqual({
      ...{ address: greta.email, reason: 'bounced', notificationId: 'n1', since: at(2) },
    });
    expect(known(add(1), mark(2, 'GRETA@linden.example'))).toBeDefined();
    expect(story(mark(2)).facts).toEqual([]);
    expect(story(add(1), remove(2), mark(3)).facts).toHaveLength(2);
    expect(story(add(1), moveTo(2, 'new@linden.example'), mark(3)).facts).toHaveLength(2);
  });

  it('stays so until the platform gives another one', () => {
    expect(known(add(1), mark(2), choose(3, 'daily'))).toBeDefined();
    expect(known(add(1), mark(2), moveTo(3, greta.email.toUpperCase()))).toBeDefined();
    expect(known(add(1), mark(2), moveTo(3, 'new@linden.example'))).toBeUndefined();
    expect(known(add(1), mark(2), moveTo(3, 'new@linden.example'), moveTo(4, greta.email))).toBeUndefined();
    expect(known(add(4), [mark(5), at(5)], moveTo(2, 'old@linden.example'))).toBeDefined();
  });
});
