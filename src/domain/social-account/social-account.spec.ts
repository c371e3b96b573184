import { describe, expect, it } from 'vitest';
import { type Step, storyOf } from '../../../test/domain/story.js';
import {
  decidedOf,
  endOf,
  episodeOf,
  nextNoticeAt,
  SocialAccount,
  type SocialAccountCommand,
  windowStart,
} from './social-account.js';

const at = (day: number, month = 1): string =>
  `2026-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const END = at(1, 3);
const ref = { accountId: 'fb' };
const connection = {
  ...ref,
  ...{ partnerId: 'linden', network: 'facebook', displayName: 'Linden' },
  kind: 'company',
} as const;

const connect = (day: number, authorisationExpiresAt?: string): SocialAccountCommand => ({
  type: 'Connect',
  data: { ...connection, authorisationExpiresAt },
  at: at(day),
});
const renew = (day: number, authorisationExpiresAt?: string): SocialAccountCommand => ({
  type: 'Renew',
  data: { ...ref, authorisationExpiresAt },
  at: at(day),
});
const learn = (day: number, authorisationExpiresAt: string): SocialAccountCommand => ({
  type: 'LearnExpiry',
  data: { ...ref, authorisationExpiresAt },
  at: at(day),
});
const refuse = (day: number, reason = `refused on ${day}`): SocialAccountCommand => ({
  type: 'Invalidate',
  data: { ...ref, reason },
  at: at(day),
});
const remove = (day: number): SocialAccountCommand => ({ type: 'Remove', data: ref, at: at(day) });
const notice = (moment: string): SocialAccountCommand => ({ type: 'NoticeTime', data: ref, at: moment });
const close = (date: string, moment: string, key = date): SocialAccountCommand => ({
  type: 'CloseSlot',
  data: { ...ref, rule: 'account-expired', date, key },
  at: moment,
});

const story = (...steps: readonly Step<SocialAccountCommand>[]) => storyOf(SocialAccount, ...steps);
const end = (...steps: readonly Step<SocialAccountCommand>[]) => endOf(story(...steps).state);

describe('A social account', () => {
  it.each<[SocialAccountCommand, string, object]>([
    [connect(1, END), 'SocialAccountConnected', {}],
    [renew(1, END), 'AuthorisationRenewed', {}],
    [learn(1, END), 'TokenExpiring', { noticedBy: 'platform' }],
    [refuse(1), 'TokenInvalidated', {}],
    [remove(1), 'SocialAccountRemoved', {}],
    [close('2026-01-05', at(5)), 'SlotDecided', {}],
  ])('records $type as it was reported', (command, type, more) => {
    expect(story(command).facts).toEqual([
      { type, data: { ...command.data, ...more }, occurredAt: command.at },
    ]);
  });

  it('begins as nothing', () => {
    expect(SocialAccount).toMatchObject({ category: 'socialAccount', initialState: { noticed: {} } });
    expect([endOf(SocialAccount.initialState), nextNoticeAt(SocialAccount.initialState)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('that is personal has an owner', () => {
    const personal = { ...connection, kind: 'personal' } as const;
    expect(() => story({ type: 'Connect', data: personal, at: at(1) })).toThrow(
      expect.objectContaining({
        code: 'owner-missing',
        message: 'A personal account needs an owner: name the user.',
        field: 'ownerId',
      }),
    );
    const { state } = story({ type: 'Connect', data: { ...personal, ownerId: 'greta' }, at: at(1) });
    expect(state.connection).toEqual({
      value: {
        ...{ partnerId: 'linden', network: 'facebook', kind: 'personal', displayName: 'Linden' },
        ownerId: 'greta',
      },
      at: at(1),
    });
    expect(story(connect(1)).state.connection?.value).not.toHaveProperty('ownerId');
  });

  it('has the latest connection by time', () => {
    const renamed = { ...connection, displayName: 'New' };
    const named = (day: number) =>
      story(connect(2), { type: 'Connect', data: renamed, at: at(day) }).state.connection?.value.displayName;
    expect([named(1), named(2), named(3)]).toEqual(['Linden', 'New', 'New']);
  });

  it('that was removed stays removed until it is connected again', () => {
    expect(story(connect(1), remove(2)).state.removed).toEqual({ at: at(2) });
    expect(story(connect(2), remove(1)).state.removed).toBeUndefined();
    expect(story(connect(2), remove(2)).state.removed).toEqual({ at: at(2) });
    expect(story(connect(1), remove(3), remove(2)).state.removed).toEqual({ at: at(3) });
    expect(story(connect(1), remove(2), connect(2)).state.removed).toBeUndefined();
    expect(story(connect(1), remove(2), connect(3)).state.removed).toBeUndefined();
    expect(story(connect(1), remove(3), connect(2)).state.removed).toEqual({ at: at(3) });
  });
});

describe('The end of an authorisation', () => {
  it('is the time reported with the permission, or learned later by the platform', () => {
    const passed = { at: END, noticedAt: END, why: 'time-passed' };
    expect(end(connect(1, END))).toEqual({
      ...passed,
      cause: { eventId: 'e1', position: '1', type: 'SocialAccountConnected' },
    });
    expect(end(connect(1), learn(2, END))).toMatchObject({ ...passed, cause: { type: 'TokenExpiring' } });
    expect(end(connect(1, at(1, 2)), renew(2, END))).toMatchObject(passed);
    expect(end(connect(1, at(1, 2)), renew(2))).toBeUndefined();
    expect(end(connect(3, END), renew(2, at(1, 2)))).toMatchObject(passed);
    expect(end(connect(3, END), learn(2, at(1, 2)))).toMatchObject(passed);
    expect(end(connect(3, at(1, 2)), learn(3, END))).toMatchObject(passed);
    expect(end(connect(1), learn(4, END), renew(3, at(1, 2)))).toMatchObject(passed);
  });

  it('is noticed when it is learned late, and stays so when it is reported again', () => {
    expect(end([connect(1, at(5)), at(9)])).toMatchObject({ at: at(5), noticedAt: at(9) });
    expect(end([connect(1, at(5)), at(9)], [learn(2, at(5)), at(10)])).toMatchObject({ noticedAt: at(9) });
  });

  it('is the first refusal since the permission', () => {
    expect(end(connect(1), refuse(3), refuse(4))).toEqual({
      ...{ at: at(3), noticedAt: at(3), why: 'invalidated', reason: 'refused on 3' },
      cause: { eventId: 'e2', position: '2', type: 'TokenInvalidated' },
    });
    expect(end(connect(1), refuse(4), refuse(3))).toMatchObject({ at: at(3), noticedAt: at(4) });
    expect(end(connect(1), [refuse(3), at(6)])).toMatchObject({ at: at(3), noticedAt: at(6) });
    expect(end(connect(5), refuse(4))).toBeUndefined();
    expect(end(connect(5), refuse(5))).toMatchObject({ at: at(5) });
  });

  it('is undone by a later permission only', () => {
    expect(end(connect(1), refuse(3), renew(4))).toBeUndefined();
    expect(end(connect(1), refuse(3), renew(3))).toBeUndefined();
    expect(end(connect(1), refuse(3), renew(2))).toMatchObject({ at: at(3) });
    expect(end(connect(1), refuse(3), refuse(5), renew(4))).toMatchObject({
      at: at(5),
      reason: 'refused on 5',
    });
    expect(end(connect(1), refuse(5), refuse(3), renew(4))).toMatchObject({ at: at(5) });
  });

  it('is the first of two', () => {
    expect(end(connect(1, at(10)), refuse(9))).toMatchObject({ why: 'invalidated' });
    expect(end(connect(1, at(10)), refuse(10))).toMatchObject({ why: 'time-passed' });
    expect(end(connect(1, at(10)), refuse(11))).toMatchObject({ why: 'time-passed' });
  });

  it('of a connection that was removed is not that of the next', () => {
    expect(end(connect(1, END), remove(2), connect(3))).toBeUndefined();
    expect(end(connect(1), learn(2, END), remove(2), connect(3))).toBeUndefined();
    expect(end(connect(1), remove(2), learn(3, END), connect(3))).toBeUndefined();
  });
});

describe('The clock', () => {
  const opens = '2026-02-09T12:00:00.001Z';

  it('has something to notice when the window opens and when the time has passed', () => {
    expect(windowStart(END)).toBe(at(9, 2));
    expect(windowStart(END, 1)).toBe(at(28, 2));
    expect(nextNoticeAt(story(connect(1, END)).state)).toBe(opens);
    expect(nextNoticeAt(story(connect(1, END), notice(opens)).state)).toBe(END);
    expect(nextNoticeAt(story(connect(1, END), notice(opens), notice(END)).state)).toBeUndefined();
    expect(nextNoticeAt(story(connect(1, END), refuse(2)).state)).toBe(END);
    expect(nextNoticeAt(story(connect(1, END), remove(2)).state)).toBeUndefined();
    expect(nextNoticeAt(story(connect(1)).state)).toBeUndefined();
    expect(nextNoticeAt(story(renew(1, END)).state)).toBeUndefined();
    expect(nextNoticeAt(story([connect(1, END), at(20, 2)]).state)).toBe(at(20, 2));
    expect(nextNoticeAt(story([connect(1, END), END]).state)).toBe(END);
    expect(nextNoticeAt(story([connect(1, END), at(2, 3)]).state)).toBe(at(2, 3));
  });

  it('records each once, at the moment that it stands for', () => {
    const data = { accountId: 'fb', authorisationExpiresAt: END };
    const noticed = (...moments: readonly string[]) =>
      story(connect(1, END), ...moments.map(notice)).facts.slice(1);
    expect(noticed(at(9, 2))).toEqual([]);
    const expiring = { type: 'TokenExpiring', data: { ...data, noticedBy: 'clock' }, occurredAt: at(9, 2) };
    expect(noticed(opens, opens)).toEqual([expiring]);
    const expired = { type: 'TokenExpired', data, occurredAt: END };
    expect(noticed(opens, '2026-03-01T11:59:59.999Z', END, at(2, 3))).toEqual([expiring, expired]);
    expect(noticed(at(2, 3))).toEqual([expired]);
    expect(story(connect(1), notice(END)).facts).toHaveLength(1);
  });
});

describe('A slot of an account', () => {
  const ended = [connect(1, at(7)), close('2026-01-07', at(7), at(7))] as const;

  it('is decided once, and so are those before', () => {
    expect(story(...ended, close('2026-01-14', at(14)), close('2026-01-14', at(14))).facts).toHaveLength(3);
    expect(story(...ended, close('2026-01-14', at(14)), close('2026-01-12', at(14))).facts).toHaveLength(3);
    expect(story(...ended, close('2026-01-14', at(14)), close('2026-01-15', at(15))).facts).toHaveLength(4);
  });

  it('belongs to an episode without authorisation', () => {
    const { state } = story(...ended, close('2026-01-14', at(14)));
    expect(episodeOf(state, 'account-expired')).toEqual({ first: '2026-01-07', last: '2026-01-14' });
    expect(decidedOf(state, 'account-expired')).toEqual({ date: '2026-01-14', key: '2026-01-14' });
    expect(episodeOf(state, 'settings-update-required')).toBeUndefined();
    const renewed = story(...ended, renew(8, END)).state;
    expect(episodeOf(renewed, 'account-expired')).toBeUndefined();
    expect(decidedOf(renewed, 'account-expired')?.date).toBe('2026-01-07');
  });

  it('begins an episode of its own once the authorisation ends again', () => {
    const again = [...ended, renew(8, END), refuse(9), close('2026-01-09', at(9), at(9))] as const;
    expect(episodeOf(story(...again).state, 'account-expired')).toEqual({
      ...{ first: '2026-01-09', last: '2026-01-09' },
    });
    const sameDay = story(...ended, renew(7, END), refuse(7), close('2026-01-07', at(7), at(7)));
    expect(sameDay.facts.at(-1)?.type).toBe('SlotDecided');
  });
});

describe('Since when an account is', () => {
  const state = (...steps: readonly Step<SocialAccountCommand>[]) => storyOf(SocialAccount, ...steps).state;
  const changed = (day: number, data: object): SocialAccountCommand =>
    ({ type: 'Connect', data: { ...connection, ...data }, at: at(day) }) as SocialAccountCommand;
  const removed = (day: number): SocialAccountCommand => ({ type: 'Remove', data: ref, at: at(day) });

  it('connected at this partner', () => {
    expect(state([connect(1), at(2)], connect(3))).toMatchObject({ connectedSince: at(2) });
    expect(state(connect(1), removed(3)).connectedSince).toBe(at(1));
    expect(state(connect(1), removed(3), [connect(4), at(5)]).connectedSince).toBe(at(5));
    expect(state(connect(1), changed(3, { partnerId: 'other' })).connectedSince).toBe(at(3));
    expect(state(renew(1, END), refuse(2)).connectedSince).toBeUndefined();
    expect(state(removed(5), [connect(4), at(6)]).connectedSince).toBeUndefined();
  });

  it('without a decision for the people of this partner', () => {
    const decided = [connect(1, at(2)), close('2026-01-03', at(3))] as const;
    expect(decidedOf(state(...decided), 'account-expired')?.date).toBe('2026-01-03');
    expect(decidedOf(state(...decided, connect(4, at(2))), 'account-expired')?.date).toBe('2026-01-03');
    const moved = state(...decided, changed(4, { partnerId: 'other', authorisationExpiresAt: at(2) }));
    expect(decidedOf(moved, 'account-expired')).toBeUndefined();
    expect(episodeOf(moved, 'account-expired')).toBeUndefined();
    const late = { ...close('2026-01-04', at(4)) };
    const closing = { ...late, data: { ...late.data, partnerId: 'linden' } } as SocialAccountCommand;
    const moves = changed(4, { partnerId: 'other' });
    expect(storyOf(SocialAccount, ...decided, closing).facts.at(-1)?.type).toBe('SlotDecided');
    expect(storyOf(SocialAccount, ...decided, moves, closing).facts.at(-1)?.type).toBe(
      'SocialAccountConnected',
    );
  });

  it('of this kind, owner and partner', () => {
    expect(state([connect(1), at(2)], changed(3, { displayName: 'Other' })).ownedSince).toBe(at(2));
    const personal = { kind: 'personal', ownerId: 'greta' };
    expect(state(connect(1), changed(3, personal)).ownedSince).toBe(at(3));
    expect(
      state(connect(1), changed(3, personal), changed(4, { ...personal, ownerId: 'jonas' })).ownedSince,
    ).toBe(at(4));
    expect(state(connect(1), changed(3, { partnerId: 'other' })).ownedSince).toBe(at(3));
    expect(state(connect(1), refuse(2), renew(3)).ownedSince).toBe(at(1));
  });

  it('authorised again after a refusal', () => {
    expect(state(connect(1, END), renew(2, END)).regrantedSince).toBeUndefined();
    expect(state(connect(1, END), refuse(2), [renew(3, END), at(4)]).regrantedSince).toBe(at(4));
    expect(state(connect(1, END), refuse(2), connect(3, END), renew(4, END)).regrantedSince).toBe(at(3));
    expect(state(connect(1, END), refuse(4), renew(3, END)).regrantedSince).toBeUndefined();
  });
});
