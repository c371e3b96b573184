import { describe, expect, it } from 'vitest';
import { explained } from '../../../../test/domain/explained.js';
import { POLICIES, World } from '../../../../test/domain/partner-world.js';
import { accountExpired } from './definition.js';

const START = '2026-01-01T12:00:00.000Z';
// A Wednesday, in the evening in Berlin.
const ENDS = '2026-01-07T18:30:00.000Z';

const withCompany = (expires?: string, settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  world.company('fb', expires);
  return world;
};

const explain = (world: World, now: string): string =>
  explained(accountExpired.decide(world.accountFacts('fb'), now));

describe('Account expired explains', () => {
  it('the first mail, when its time has passed', () => {
    const world = withCompany(ENDS);
    expect(explain(world, ENDS)).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: due, 2026-01-07T18:30:00.000Z on 2026-01-07 at 2026-01-07T18:30:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-07T18:30:00.000Z"}
      yes, undecided-slot-has-come: The first mail is due at once, from 2026-01-07 19:30 (Europe/Berlin) on, and had no decision before. {"slot":"2026-01-07T18:30:00.000Z","now":"2026-01-07T18:30:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    expect(explain(world, '2026-01-07T18:29:59.999Z')).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: not due, 2026-01-07T18:30:00.000Z on 2026-01-07 at 2026-01-07T18:30:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, authorisation-has-ended: The authorisation stands until 2026-01-07T18:30:00.000Z. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-07T18:29:59.999Z"}
      no, undecided-slot-has-come: The next mail is due at 2026-01-07 19:30 (Europe/Berlin). {"slot":"2026-01-07T18:30:00.000Z","now":"2026-01-07T18:29:59.999Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });

  it('the first mail, when the network refused it', () => {
    const world = withCompany();
    expect(explain(world, ENDS)).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: not due, no slot, 0 ms late
      because of nothing
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, authorisation-has-ended: The authorisation stands: no use of it was refused, and it is not known to expire. {"now":"2026-01-07T18:30:00.000Z"}
      no, undecided-slot-has-come: No mail is due. {"now":"2026-01-07T18:30:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    world.refuse('fb', ENDS);
    expect(explain(world, ENDS)).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: due, 2026-01-07T18:30:00.000Z on 2026-01-07 at 2026-01-07T18:30:00.000Z in Europe/Berlin, 0 ms late
      because of TokenInvalidated
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: the network refused it: refused. {"endedAt":"2026-01-07T18:30:00.000Z","why":"invalidated","reason":"refused","now":"2026-01-07T18:30:00.000Z"}
      yes, undecided-slot-has-come: The first mail is due at once, from 2026-01-07 19:30 (Europe/Berlin) on, and had no decision before. {"slot":"2026-01-07T18:30:00.000Z","now":"2026-01-07T18:30:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });

  it('the weekly mail, before and at its slot', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-08T00:00:00.000Z');
    expect(explain(world, '2026-01-14T07:59:59.999Z')).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: not due, 2026-01-14 on 2026-01-14 at 2026-01-14T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-14T07:59:59.999Z"}
      no, undecided-slot-has-come: The next mail is due at 2026-01-14 09:00 (Europe/Berlin). That of 2026-01-07 has its decision. {"slot":"2026-01-14T08:00:00.000Z","first":"2026-01-07","last":"2026-01-07","now":"2026-01-14T07:59:59.999Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    expect(explain(world, '2026-01-14T08:00:00.000Z')).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: due, 2026-01-14 on 2026-01-14 at 2026-01-14T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-14T08:00:00.000Z"}
      yes, undecided-slot-has-come: The weekly mail of 2026-01-14 09:00 (Europe/Berlin) is due, and had no decision before. {"slot":"2026-01-14T08:00:00.000Z","first":"2026-01-07","last":"2026-01-07","now":"2026-01-14T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('that a later mail takes its place', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-08T00:00:00.000Z');
    expect(explain(world, '2026-01-23T12:00:00.000Z')).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: due, 2026-01-14 on 2026-01-14 at 2026-01-14T08:00:00.000Z in Europe/Berlin, 792000000 ms late, missed
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-23T12:00:00.000Z"}
      yes, undecided-slot-has-come: The weekly mail of 2026-01-14 09:00 (Europe/Berlin) is due, and had no decision before. {"slot":"2026-01-14T08:00:00.000Z","first":"2026-01-07","last":"2026-01-07","now":"2026-01-23T12:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      no, is-the-latest-slot (or missed): A later mail, that of 2026-01-21 09:00 (Europe/Berlin), is due already and takes its place.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    const onMondays = withCompany(ENDS, { policies: { ...POLICIES, accountExpiredCadence: 'monday' } });
    expect(explain(onMondays, '2026-01-13T12:00:00.000Z')).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: due, 2026-01-07T18:30:00.000Z on 2026-01-07 at 2026-01-07T18:30:00.000Z in Europe/Berlin, 495000000 ms late, missed
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-13T12:00:00.000Z"}
      yes, undecided-slot-has-come: The first mail is due at once, from 2026-01-07 19:30 (Europe/Berlin) on, and had no decision before. {"slot":"2026-01-07T18:30:00.000Z","now":"2026-01-13T12:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      no, is-the-latest-slot (or missed): A later mail, that of 2026-01-12 09:00 (Europe/Berlin), is due already and takes its place.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });

  it('that the account was removed, and that the partner left', () => {
    const removed = withCompany(ENDS);
    removed.remove('fb');
    expect(explain(removed, ENDS)).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      no, account-is-connected: The account fb on x (company) was removed at 2026-01-01T12:00:00.000Z. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-07T18:30:00.000Z"}
      no, undecided-slot-has-come: No mail is due. {"now":"2026-01-07T18:30:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    const left = withCompany(ENDS);
    left.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: START });
    expect(explain(left, ENDS)).toMatchInlineSnapshot(`
      "account-expired 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      no, partner-has-not-left: The partner left its solution at 2026-01-01T12:00:00.000Z.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, authorisation-has-ended: The authorisation ended at 2026-01-07T18:30:00.000Z: its time passed. {"endedAt":"2026-01-07T18:30:00.000Z","why":"time-passed","now":"2026-01-07T18:30:00.000Z"}
      no, undecided-slot-has-come: No mail is due. {"now":"2026-01-07T18:30:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-the-latest-slot (or missed): No later mail is due.
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });
});

describe('Account expired reports', () => {
  it('the account, when its authorisation ended, and why', () => {
    const refused = withCompany();
    refused.refuse('fb', '2026-01-01T12:00:00.000Z');
    const account = { accountId: 'fb', displayName: 'fb', network: 'x', kind: 'company' };
    expect(accountExpired.content(refused.accountFacts('fb'), ENDS)).toEqual({
      account: { ...account, endedAt: '2026-01-01T12:00:00.000Z', reason: 'refused' },
    });
    const passed = withCompany(ENDS).accountFacts('fb');
    expect(accountExpired.content(passed, ENDS)).toEqual({
      account: { ...account, authorisationExpiresAt: ENDS, endedAt: ENDS },
    });
    expect(accountExpired.content(withCompany().accountFacts('fb'), ENDS)).toEqual({ account });
    expect(accountExpired.topic(accountExpired.decide(passed, ENDS).conditions)).toMatchInlineSnapshot(
      `"the authorisation of fb on x has ended"`,
    );
  });
});
