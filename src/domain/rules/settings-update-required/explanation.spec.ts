import { describe, expect, it } from 'vitest';
import { explained } from '../../../../test/domain/explained.js';
import { World } from '../../../../test/domain/partner-world.js';
import { Partner } from '../../partner/partner.js';
import { SocialAccount } from '../../social-account/social-account.js';
import { Solution } from '../../solution/solution.js';
import { settingsUpdateRequired } from './definition.js';

// Thursday, the 1st of January 2026.
const START = '2026-01-01T12:00:00.000Z';
const MONDAY = '2026-01-05T08:00:00.000Z';

const withCompany = (expires?: string, settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  world.company('fb', expires);
  return world;
};

const explain = (world: World, now = MONDAY, account = 'fb'): string =>
  explained(settingsUpdateRequired.decide(world.accountFacts(account), now));

describe('Settings update required explains', () => {
  it('a reminder that is due', () => {
    expect(explain(withCompany('2026-01-13T12:00:00.000Z'))).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('a reminder that is late, and one that is too late', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z');
    expect(explain(world, '2026-01-07T08:00:00.000Z')).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 172800000 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 6.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-07T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-07T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is 48 hours late, at most 48 are allowed. {"lateByMs":172800000}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    expect(explain(world, '2026-01-07T08:00:00.001Z')).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 172800001 ms late, missed
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 6.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-07T08:00:00.001Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-07T08:00:00.001Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      no, is-in-time (or missed): It is 48 hours late, more than the 48 that are allowed. {"lateByMs":172800001}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('that the next Monday has not come, or that there is none', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z');
    expect(explain(world, '2026-01-05T07:59:59.999Z')).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T07:59:59.999Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: The next Monday is 2026-01-05 09:00 (Europe/Berlin). {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T07:59:59.999Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    world.until(MONDAY);
    expect(explain(world)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, 2026-01-12 on 2026-01-12 at 2026-01-12T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: The next Monday is 2026-01-12 09:00 (Europe/Berlin). That of 2026-01-05 has its decision. {"slot":"2026-01-12T08:00:00.000Z","reminded":"2026-01-05","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    world.until('2026-01-12T12:00:00.000Z');
    expect(explain(world, world.now)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-12T12:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. That of 2026-01-12 has its decision. {"reminded":"2026-01-12","now":"2026-01-12T12:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });

  it('that it expires later, that it is not known to expire, and that it has expired since its Monday', () => {
    expect(explain(withCompany('2026-03-01T00:00:00.000Z'))).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, 2026-02-09 on 2026-02-09 at 2026-02-09T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-03-01T00:00:00.000Z.
      no, expires-in-less-than-20-days: It expires in 54.6 days, not in less than 20. {"authorisationExpiresAt":"2026-03-01T00:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: The next Monday is 2026-02-09 09:00 (Europe/Berlin). {"slot":"2026-02-09T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
    expect(explain(withCompany())).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, expiry-is-known: It is not known when the authorisation expires.
      no, expires-in-less-than-20-days: It is not known to expire in less than 20 days. {"days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    expect(
      explain(withCompany('2026-01-06T00:00:00.000Z'), '2026-01-06T00:00:00.000Z'),
    ).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 57600000 ms late, missed
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-06T00:00:00.000Z.
      yes, expires-in-less-than-20-days: The 20 days before the expiry have begun. {"authorisationExpiresAt":"2026-01-06T00:00:00.000Z","days":20,"now":"2026-01-06T00:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      no, has-not-expired (or missed): It expired at 2026-01-06T00:00:00.000Z.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-06T00:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      no, is-in-time (or missed): The authorisation has expired since its Monday. {"lateByMs":57600000}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('a refusal, a removal, an unknown account and a partner that left', () => {
    const refused = withCompany('2026-01-13T12:00:00.000Z');
    refused.refuse('fb');
    expect(explain(refused)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      no, authorisation-is-not-refused: The network refused it at 2026-01-01T12:00:00.000Z: refused.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    const removed = withCompany('2026-01-13T12:00:00.000Z');
    removed.remove('fb');
    expect(explain(removed)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      no, account-is-connected: The account fb on x (company) was removed at 2026-01-01T12:00:00.000Z. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
    const unknown = {
      ...{ accountId: 'unknown', account: SocialAccount.initialState },
      ...{ partner: Partner.initialState, solution: Solution.initialState },
    };
    expect(explained(settingsUpdateRequired.decide(unknown, MONDAY))).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount unknown: not due, no slot, 0 ms late
      because of nothing
      no, account-is-connected: Herald does not know an account unknown. {}
      no, partner-is-registered: Herald does not know a partner behind it.
      yes, partner-has-not-left: The partner has not left its solution.
      no, solution-is-configured: Herald does not know the solution of this partner.
      no, expiry-is-known: It is not known when the authorisation expires.
      no, expires-in-less-than-20-days: It is not known to expire in less than 20 days. {"days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. {"now":"2026-01-05T08:00:00.000Z"}
      no, solution-is-entitled (or not-entitled): It is not known whether the solution has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      no, somebody-can-be-told (or no-reachable-recipient): There is nobody who answers for the account and is active."
    `);
    const left = withCompany('2026-01-13T12:00:00.000Z');
    left.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: START });
    expect(explain(left)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: not due, no slot, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      no, partner-has-not-left: The partner left its solution at 2026-01-01T12:00:00.000Z.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired: It has not expired yet.
      no, undecided-monday-has-come: No further Monday lies in the 20 days before it expires. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration."
    `);
  });

  it('a solution without notifications, and who opted out', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z', { entitled: false });
    world.user('jonas');
    world.user('mira', 'member');
    for (const user of ['greta', 'jonas']) world.prefers(user, { accountExpiration: 'off' });
    expect(explain(world)).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late, not-entitled
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      no, solution-is-entitled (or not-entitled): The solution Aurora does not have e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      no, somebody-can-be-told (or no-reachable-recipient): greta, jonas opted out; there is nobody else.
      greta (greta, greta@linden.example, en) no, opted-out:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      no, has-not-opted-out (or opted-out): They opted out of Social Accounts Expiration under Settings > Notifications.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin).
      jonas (jonas, jonas@linden.example, en) no, opted-out:
      yes, person-is-active: jonas is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      no, has-not-opted-out (or opted-out): They opted out of Social Accounts Expiration under Settings > Notifications.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('that a personal account with an inactive owner has no recipient', () => {
    const world = withCompany();
    world.personal('x', 'ben', '2026-01-13T12:00:00.000Z');
    expect(explain(world, MONDAY, 'x')).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount x: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late, no-reachable-recipient
      because of SocialAccountConnected
      yes, account-is-connected: The account x on x (personal) is connected. {"displayName":"x","network":"x","kind":"personal"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      no, somebody-can-be-told (or no-reachable-recipient): There is nobody who answers for the account and is active."
    `);
    world.user('ben', 'member');
    expect(explain(world, MONDAY, 'x')).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount x: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account x on x (personal) is connected. {"displayName":"x","network":"x","kind":"personal"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-01-13T12:00:00.000Z.
      yes, expires-in-less-than-20-days: It expires in 8.1 days, less than 20. {"authorisationExpiresAt":"2026-01-13T12:00:00.000Z","days":20,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): ben can be told.
      ben (ben, ben@linden.example, en) yes:
      yes, person-is-active: ben is active.
      yes, owns-the-account: They own this personal account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });

  it('another window of days', () => {
    const world = withCompany('2026-02-02T08:00:00.001Z');
    const facts = world.accountFacts('fb');
    expect(explained(settingsUpdateRequired.decide(facts, MONDAY, 30))).toMatchInlineSnapshot(`
      "settings-update-required 2 of socialAccount fb: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      because of SocialAccountConnected
      yes, account-is-connected: The account fb on x (company) is connected. {"displayName":"fb","network":"x","kind":"company"}
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, expiry-is-known: The authorisation expires at 2026-02-02T08:00:00.001Z.
      yes, expires-in-less-than-20-days: It expires in 28 days, less than 30. {"authorisationExpiresAt":"2026-02-02T08:00:00.001Z","days":30,"now":"2026-01-05T08:00:00.000Z"}
      yes, authorisation-is-not-refused: No use of the authorisation was refused since it was granted.
      yes, has-not-expired (or missed): It has not expired yet.
      yes, undecided-monday-has-come: Monday, 2026-01-05 09:00 (Europe/Berlin), has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, is-in-time (or missed): It is on time. {"lateByMs":0}
      yes, somebody-can-be-told (or no-reachable-recipient): greta can be told.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active: greta is active.
      yes, is-partner-admin: They are a Partner Admin, and all active Partner Admins answer for a company account.
      yes, has-not-opted-out (or opted-out): They did not opt out of Social Accounts Expiration.
      yes, concerned-them-at-the-slot: It has concerned them since 2026-01-01 13:00 (Europe/Berlin)."
    `);
  });
});

describe('Settings update required reports', () => {
  it('the account and when its authorisation expires', () => {
    const facts = withCompany('2026-01-13T12:00:00.000Z').accountFacts('fb');
    expect(settingsUpdateRequired.content(facts, MONDAY)).toEqual({
      account: {
        ...{ accountId: 'fb', displayName: 'fb', network: 'x', kind: 'company' },
        authorisationExpiresAt: '2026-01-13T12:00:00.000Z',
      },
    });
    const { conditions } = settingsUpdateRequired.decide(facts, MONDAY);
    expect(settingsUpdateRequired.topic(conditions)).toBe('fb on x must be authorised again soon');
    expect(settingsUpdateRequired.topic([])).toBe('a social account must be authorised again soon');
  });

  it('no account that was never connected', () => {
    const facts = withCompany().accountFacts('unknown');
    expect(() => settingsUpdateRequired.content(facts, MONDAY)).toThrow(
      expect.objectContaining({
        code: 'account-unknown',
        message: 'The account unknown was never connected.',
      }),
    );
  });
});

describe('The Monday of a reminder', () => {
  it('is before the expiry, and never at it', () => {
    const plan = {
      ...{ zone: 'Europe/Berlin', since: START, defaultsSince: START, cadenceSince: START },
      wall: { zone: 'Europe/Berlin', time: '09:00' },
      policies: {
        contentApprovalDefault: { admin: 'weekly', member: 'off' },
        accountExpiredCadence: 'same-weekday',
        sendAt: '09:00',
      },
    } as const;
    const slotOf = (expires: string) =>
      settingsUpdateRequired.nextSlot(withCompany(expires).accountFacts('fb').account, plan)?.at;
    expect(slotOf(MONDAY)).toBeUndefined();
    expect(slotOf('2026-01-05T08:00:00.001Z')).toBe(MONDAY);
    expect(settingsUpdateRequired.nextSlot(withCompany().accountFacts('fb').account, plan)).toBeUndefined();
    expect(
      settingsUpdateRequired.nextSlot(
        withCompany('2026-01-13T12:00:00.000Z').accountFacts('fb').account,
        undefined,
      ),
    ).toBeUndefined();
  });
});
