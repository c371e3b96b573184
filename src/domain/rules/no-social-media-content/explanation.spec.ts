import { describe, expect, it } from 'vitest';
import { explained } from '../../../../test/domain/explained.js';
import { World } from '../../../../test/domain/partner-world.js';
import { noSocialMediaContent } from './definition.js';

const START = '2026-01-01T12:00:00.000Z';
const REQUEST = {
  ...{ requestId: 'r', userId: 'greta', learnedAt: START },
  cause: { eventId: 'e', position: '1', type: 'DigestRequested' },
};

const withAdmin = (settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  return world;
};

const explain = (world: World, request = REQUEST): string =>
  explained(noSocialMediaContent.decide(world.queueFacts(), { userId: request.userId, request }, START));

describe('No social media content explains', () => {
  it('that nothing new waits', () => {
    expect(explain(withAdmin())).toMatchInlineSnapshot(`
      "no-social-media-content 2 of approvalQueue linden: due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late
      for greta, who pressed Send Now (r)
      because of DigestRequested
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: greta pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      yes, person-is-active (or no-reachable-recipient): greta is active.
      yes, nothing-new-waits: Nothing waits for approval that is new to them. {"posts":[],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active (or no-reachable-recipient): greta is active."
    `);
  });

  it('that something new waits, and is sent instead', () => {
    const world = withAdmin();
    world.post('p1');
    world.post('p2');
    expect(explain(world)).toMatchInlineSnapshot(`
      "no-social-media-content 2 of approvalQueue linden: not due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late
      for greta, who pressed Send Now (r)
      because of DigestRequested
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: greta pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      yes, person-is-active (or no-reachable-recipient): greta is active.
      no, nothing-new-waits: 2 posts that are new to them wait: they are sent instead. {"posts":[{"postId":"p1","title":"p1"},{"postId":"p2","title":"p2"}],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active (or no-reachable-recipient): greta is active."
    `);
  });

  it('that nobody pressed Send Now', () => {
    const facts = withAdmin().queueFacts();
    expect(explained(noSocialMediaContent.decide(facts, { userId: 'greta' }, START))).toMatchInlineSnapshot(`
      "no-social-media-content 2 of approvalQueue linden: not due, no slot, 0 ms late
      for greta
      because of nothing
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, send-now-was-pressed: Nobody pressed Send Now without having been answered.
      yes, nothing-new-waits: Nothing waits for approval that is new to them.
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications."
    `);
  });

  it('a Send Now of an unknown user, and a solution without notifications', () => {
    expect(explain(withAdmin(), { ...REQUEST, userId: 'stranger' })).toMatchInlineSnapshot(`
      "no-social-media-content 2 of approvalQueue linden: due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late, no-reachable-recipient
      for stranger, who pressed Send Now (r)
      because of DigestRequested
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: stranger pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      no, person-is-active (or no-reachable-recipient): Herald does not know a user stranger of this partner.
      yes, nothing-new-waits: Nothing waits for approval that is new to them. {"posts":[],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      stranger (stranger, , en) no, no-reachable-recipient:
      no, person-is-active (or no-reachable-recipient): Herald does not know a user stranger of this partner."
    `);
    expect(explain(withAdmin({ entitled: false }))).toMatchInlineSnapshot(`
      "no-social-media-content 2 of approvalQueue linden: due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late, not-entitled
      for greta, who pressed Send Now (r)
      because of DigestRequested
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: greta pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      yes, person-is-active (or no-reachable-recipient): greta is active.
      yes, nothing-new-waits: Nothing waits for approval that is new to them. {"posts":[],"more":0,"older":0}
      no, solution-is-entitled (or not-entitled): The solution Aurora does not have e-mail notifications.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active (or no-reachable-recipient): greta is active."
    `);
  });
});

describe('No social media content reports', () => {
  it('how many posts of earlier digests still wait', () => {
    const world = withAdmin();
    world.post('p1');
    world.sendNow('greta');
    expect(noSocialMediaContent.content(world.queueFacts(), 'greta', START)).toEqual({ older: 1 });
    expect(noSocialMediaContent.topic([])).toBe('there is no new social media content');
  });
});
