import { describe, expect, it } from 'vitest';
import { explained } from '../../../../test/domain/explained.js';
import { World } from '../../../../test/domain/partner-world.js';
import { contentNeedsApproval } from './definition.js';

const START = '2026-01-01T12:00:00.000Z';
const MONDAY = '2026-01-05T08:00:00.000Z';

const withAdmin = (settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  return world;
};

const explain = (world: World, userId = 'greta', now = MONDAY): string =>
  explained(contentNeedsApproval.decide(world.queueFacts(), { userId }, now));

describe('Content needs approval explains', () => {
  it('a digest that is due, of one post and of several', () => {
    const world = withAdmin();
    world.post('p1');
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      for greta
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      yes, new-content-waits: 1 post that is new to greta waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      yes, undecided-slot-has-come: The weekly slot of 2026-01-05 09:00 (Europe/Berlin) has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    world.post('p2');
    world.prefers('greta', { contentApproval: 'daily' });
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late
      for greta
      because of PostAwaitingApproval, PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told daily of content that needs approval (chosen under Settings > Notifications). {"frequency":"daily"}
      yes, new-content-waits: 2 posts that are new to greta wait for approval. {"posts":[{"postId":"p1","title":"p1"},{"postId":"p2","title":"p2"}],"more":0,"older":0}
      yes, undecided-slot-has-come: The daily slot of 2026-01-05 09:00 (Europe/Berlin) has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
  });

  it('what is older, and that the next slot is still to come', () => {
    const world = withAdmin();
    world.post('p1');
    world.until(MONDAY);
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for greta
      because of nothing
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      no, new-content-waits: Nothing that is new to greta waits for approval, and 1 of earlier digests still waits. {"posts":[],"more":0,"older":1}
      no, undecided-slot-has-come: No slot is planned. That of 2026-01-05 has its decision. {"decided":"2026-01-05","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    world.post('p2');
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, 2026-01-12 on 2026-01-12 at 2026-01-12T08:00:00.000Z in Europe/Berlin, 0 ms late
      for greta
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      yes, new-content-waits: 1 post that is new to greta waits for approval, and 1 of earlier digests still waits. {"posts":[{"postId":"p2","title":"p2"}],"more":0,"older":1}
      no, undecided-slot-has-come: The next weekly slot is 2026-01-12 09:00 (Europe/Berlin). That of 2026-01-05 has its decision. {"slot":"2026-01-12T08:00:00.000Z","decided":"2026-01-05","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    world.until('2026-01-12T08:00:00.000Z');
    expect(explain(world, 'greta', world.now)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for greta
      because of nothing
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      no, new-content-waits: Nothing that is new to greta waits for approval, and 2 of earlier digests still wait. {"posts":[],"more":0,"older":2}
      no, undecided-slot-has-come: No slot is planned. That of 2026-01-12 has its decision. {"decided":"2026-01-12","now":"2026-01-12T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
  });

  it('that what waited has been published since', () => {
    const world = withAdmin();
    world.post('p1', '2026-01-05T12:00:00.000Z');
    expect(explain(world, 'greta', '2026-01-05T12:00:00.000Z')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 14400000 ms late, missed
      for greta
      because of nothing
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      no, new-content-waits (or missed): Nothing that is new to greta waits for approval. {"posts":[],"more":0,"older":0}
      yes, undecided-slot-has-come: The weekly slot of 2026-01-05 09:00 (Europe/Berlin) has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T12:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      no, still-waits (or missed): What waited at the slot has been published since.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
  });

  it('that somebody wants none, is not active, was removed or is not known', () => {
    const world = withAdmin();
    world.user('mira', 'member');
    for (const user of ['jonas', 'felix', 'ron']) world.user(user);
    world.prefers('jonas', { contentApproval: 'off' });
    const felix = { userId: 'felix', partnerId: 'linden', active: false };
    world.tellPartner({ type: 'ChangeUser', data: felix, at: START });
    world.tellPartner({ type: 'RemoveUser', data: { userId: 'ron', partnerId: 'linden' }, at: START });
    world.post('p1');
    expect(explain(world, 'mira')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for mira
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: mira is active.
      no, wants-digests: mira is not told of content that needs approval (the solution's default for their role). {"frequency":"off"}
      yes, new-content-waits: 1 post that is new to mira waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      mira (mira, mira@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    expect(explain(world, 'jonas')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for jonas
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: jonas is active.
      no, wants-digests: jonas is not told of content that needs approval (chosen under Settings > Notifications). {"frequency":"off"}
      yes, new-content-waits: 1 post that is new to jonas waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      jonas (jonas, jonas@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    expect(explain(world, 'felix')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for felix
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, person-is-active: felix is not active.
      no, wants-digests: felix gets no digests. {"frequency":"weekly"}
      yes, new-content-waits: 1 post that is new to felix waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      felix (felix, felix@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    expect(explain(world, 'ron')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for ron
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, person-is-active: ron was removed at 2026-01-01T12:00:00.000Z.
      no, wants-digests: ron gets no digests. {"frequency":"weekly"}
      yes, new-content-waits: 1 post that is new to ron waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      ron (ron, ron@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    expect(explain(world, 'stranger')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for stranger
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      no, person-is-active: Herald does not know a user stranger of this partner.
      no, wants-digests: stranger gets no digests. {}
      yes, new-content-waits: 1 post that is new to stranger waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      stranger (stranger, , en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
  });

  it('that nobody wants digests', () => {
    const world = new World(START);
    world.user('mira', 'member');
    world.post('p1');
    expect(explain(world, '*')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late, no-reachable-recipient
      for *
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, new-content-waits: 1 post that is new to anybody waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      yes, undecided-slot-has-come: The weekly slot of 2026-01-05 09:00 (Europe/Berlin) has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      no, somebody-wants-digests (or no-reachable-recipient): Nobody at the partner who is active wants digests."
    `);
    world.user('greta');
    expect(explain(world, '*')).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for *
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, new-content-waits: 1 post that is new to anybody waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      no, somebody-wants-digests (or no-reachable-recipient): Nobody at the partner who is active wants digests."
    `);
  });

  it('a solution without notifications, and a partner that left', () => {
    const world = withAdmin({ entitled: false });
    world.post('p1');
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, 2026-01-05 on 2026-01-05 at 2026-01-05T08:00:00.000Z in Europe/Berlin, 0 ms late, not-entitled
      for greta
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      yes, wants-digests: greta is told weekly of content that needs approval (the solution's default for their role). {"frequency":"weekly"}
      yes, new-content-waits: 1 post that is new to greta waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      yes, undecided-slot-has-come: The weekly slot of 2026-01-05 09:00 (Europe/Berlin) has come, and had no decision before. {"slot":"2026-01-05T08:00:00.000Z","now":"2026-01-05T08:00:00.000Z"}
      no, solution-is-entitled (or not-entitled): The solution Aurora does not have e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
    world.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: START });
    expect(explain(world)).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, no slot, 0 ms late
      for greta
      because of PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      no, partner-has-not-left: The partner left its solution at 2026-01-01T12:00:00.000Z.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, person-is-active: greta is active.
      no, wants-digests: greta gets no digests. {}
      yes, new-content-waits: 1 post that is new to greta waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      no, undecided-slot-has-come: No slot is planned. {"now":"2026-01-05T08:00:00.000Z"}
      no, solution-is-entitled (or not-entitled): The solution Aurora does not have e-mail notifications.
      yes, still-waits (or missed): No content was published unapproved before its slot was served.
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests.
      greta (greta, greta@linden.example, en) yes:
      yes, somebody-wants-digests (or no-reachable-recipient): Somebody at the partner wants digests."
    `);
  });

  it('a Send Now that brings content, and one that does not', () => {
    const world = withAdmin();
    const request = {
      ...{ requestId: 'r', userId: 'greta', learnedAt: START },
      cause: { eventId: 'e', position: '1', type: 'DigestRequested' },
    };
    expect(
      explained(
        contentNeedsApproval.decide(world.queueFacts(), { userId: request.userId, request: request }, START),
      ),
    ).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: not due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late
      for greta, who pressed Send Now (r)
      because of DigestRequested
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: greta pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      yes, person-is-active (or no-reachable-recipient): greta is active.
      no, new-content-waits: Nothing that is new to greta waits for approval. {"posts":[],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active (or no-reachable-recipient): greta is active."
    `);
    world.post('p1');
    expect(
      explained(
        contentNeedsApproval.decide(world.queueFacts(), { userId: request.userId, request: request }, START),
      ),
    ).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late
      for greta, who pressed Send Now (r)
      because of DigestRequested, PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: greta pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      yes, person-is-active (or no-reachable-recipient): greta is active.
      yes, new-content-waits: 1 post that is new to greta waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      greta (greta, greta@linden.example, en) yes:
      yes, person-is-active (or no-reachable-recipient): greta is active."
    `);
    const stranger = { ...request, userId: 'stranger' };
    expect(
      explained(
        contentNeedsApproval.decide(
          world.queueFacts(),
          { userId: stranger.userId, request: stranger },
          START,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "content-needs-approval 2 of approvalQueue linden: due, request:r on 2026-01-01 at 2026-01-01T12:00:00.000Z in Europe/Berlin, 0 ms late, no-reachable-recipient
      for stranger, who pressed Send Now (r)
      because of DigestRequested, PostAwaitingApproval
      yes, partner-is-registered: The partner linden is registered as Haus Linden in the solution aurora.
      yes, partner-has-not-left: The partner has not left its solution.
      yes, solution-is-configured: The solution is configured as Aurora.
      yes, send-now-was-pressed: stranger pressed Send Now, which Herald learned at 2026-01-01T12:00:00.000Z.
      no, person-is-active (or no-reachable-recipient): Herald does not know a user stranger of this partner.
      yes, new-content-waits: 1 post that is new to stranger waits for approval. {"posts":[{"postId":"p1","title":"p1"}],"more":0,"older":0}
      yes, solution-is-entitled (or not-entitled): The solution Aurora has e-mail notifications.
      stranger (stranger, , en) no, no-reachable-recipient:
      no, person-is-active (or no-reachable-recipient): Herald does not know a user stranger of this partner."
    `);
  });
});

describe('Content needs approval reports', () => {
  it('what is new, and how many more and older posts there are', () => {
    const world = withAdmin();
    world.post('p0');
    world.until(MONDAY);
    for (let n = 1; n <= 27; n += 1) world.post(`p${n}`);
    const { posts, more, older } = contentNeedsApproval.content(world.queueFacts(), 'greta', MONDAY);
    expect({ more, older, count: posts?.length }).toEqual({ more: 2, older: 1, count: 25 });
    expect(posts?.[0]).toEqual({
      ...{ postId: 'p1', title: 'p1', streamName: 'Spring', network: 'x' },
      publishAt: '2199-01-01T00:00:00.000Z',
    });
    expect(contentNeedsApproval.topic([])).toBe('content needs their approval');
  });
});
