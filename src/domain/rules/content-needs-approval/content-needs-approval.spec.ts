import { describe, expect, it } from 'vitest';
import { POLICIES, World } from '../../../../test/domain/partner-world.js';

const RULE = 'content-needs-approval';
// Thursday, the 1st of January 2026.
const START = '2026-01-01T12:00:00.000Z';

const withAdmin = (settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  return world;
};

const lastPosts = (world: World) => world.decided.at(-1)?.posts;

describe('Content needs approval', () => {
  it('Digests are daily, weekly (Monday) or monthly (the 1st), as the user chose, by default at 09:00 in the partner’s zone.', () => {
    const world = new World(START);
    for (const [user, contentApproval] of [
      ['dana', 'daily'],
      ['wim', 'weekly'],
      ['mo', 'monthly'],
      ['olaf', 'off'],
    ] as const) {
      world.user(user, 'member');
      world.prefers(user, { contentApproval });
    }
    world.post('p1');
    world.until('2026-02-10T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-02T08:00 dana',
      '2026-01-05T08:00 wim',
      '2026-02-01T08:00 mo',
    ]);
  });

  it('The default frequency is weekly for admins and off for members; a solution may set others.', () => {
    const world = withAdmin();
    world.user('mira', 'member');
    world.post('p1');
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta']);
    const other = withAdmin({
      policies: { ...POLICIES, contentApprovalDefault: { admin: 'off', member: 'daily' } },
    });
    other.user('mira', 'member');
    other.post('p1');
    other.until('2026-01-13T00:00:00.000Z');
    expect(other.told(RULE)).toEqual(['2026-01-02T08:00 mira']);
  });

  it('A digest is due only if content that is new to this user still waits.', () => {
    const world = withAdmin();
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([]);
    world.post('p1');
    world.until('2026-01-27T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-12T08:00 greta']);
  });

  it('The mail lists what is new and says how many older ones still wait.', () => {
    const world = withAdmin();
    world.post('p1');
    world.post('p2');
    world.until('2026-01-06T00:00:00.000Z');
    expect(lastPosts(world)).toEqual(['p1', 'p2']);
    world.settle('ApprovePost', 'p1');
    world.post('p3');
    world.until('2026-01-13T00:00:00.000Z');
    expect(lastPosts(world)).toEqual(['p3']);
    expect(world.decided.at(-1)?.older).toBe(1);
  });

  it('A Send Now moves the digest cursor, too.', () => {
    const world = withAdmin();
    world.post('p1');
    world.sendNow('greta');
    expect(world.told(RULE)).toEqual(['2026-01-01T12:00 greta']);
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toHaveLength(1);
  });

  it('Each user has their own digest cursor.', () => {
    const world = withAdmin();
    world.user('jonas');
    world.post('p1');
    world.sendNow('greta');
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-01T12:00 greta', '2026-01-05T08:00 jonas']);
  });

  it('A digest leaves out posts that were approved, rejected, withdrawn or published before it is raised.', () => {
    const world = withAdmin();
    for (const post of ['approved', 'rejected', 'withdrawn', 'waits']) world.post(post);
    world.post('published', '2026-01-05T08:00:00.000Z');
    world.until('2026-01-03T00:00:00.000Z');
    world.settle('ApprovePost', 'approved');
    world.settle('RejectPost', 'rejected');
    world.settle('WithdrawPost', 'withdrawn');
    world.until('2026-01-06T00:00:00.000Z');
    expect(lastPosts(world)).toEqual(['waits']);
  });

  it('If no post is left, no digest is raised.', () => {
    const world = withAdmin();
    world.post('p1');
    world.post('p2', '2026-01-04T00:00:00.000Z');
    world.until('2026-01-03T00:00:00.000Z');
    world.settle('ApprovePost', 'p1');
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.decided).toEqual([]);
  });

  it('The audience are active users whose frequency is not off.', () => {
    const world = withAdmin();
    world.user('felix');
    world.user('jonas');
    world.prefers('jonas', { contentApproval: 'off' });
    world.tellPartner({
      type: 'ChangeUser',
      data: { userId: 'felix', partnerId: 'linden', active: false },
      at: START,
    });
    world.post('p1');
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta']);
  });

  it('Nobody can be reached: no-reachable-recipient, and the escalation contact is notified once for the same content.', () => {
    const world = new World(START);
    world.user('mira', 'member');
    world.post('p1');
    world.until('2026-01-20T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-05T08:00 *nobody: no-reachable-recipient',
      '2026-01-05T08:00 *escalation',
    ]);
  });

  it('Without entitlement decisions are withheld (not-entitled); once entitled, the next digest lists what waits.', () => {
    const world = withAdmin({ entitled: false });
    world.post('p1');
    world.until('2026-01-06T00:00:00.000Z');
    world.configure({ entitled: true });
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta: not-entitled', '2026-01-12T08:00 greta']);
  });

  it('Slots that were missed are coalesced into one digest.', () => {
    const world = withAdmin();
    world.prefers('greta', { contentApproval: 'daily' });
    world.post('p1');
    world.down('2026-01-06T12:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-06T12:00 greta']);
    expect(world.decided[0]).toMatchObject({ slot: { date: '2026-01-06' }, lateBy: 4 * 3_600_000 });
  });

  it('A slot whose posts have been published since is recorded as missed.', () => {
    const world = withAdmin();
    world.post('p1', '2026-01-05T12:00:00.000Z');
    world.down('2026-01-06T12:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-06T12:00 greta: missed']);
  });

  it('A slot before the post, the user or the choice was known does not exist, so it is not late.', () => {
    const world = withAdmin();
    world.until('2026-01-05T10:00:00.000Z');
    world.post('p1');
    world.user('jonas');
    world.user('mira', 'member');
    world.prefers('mira', { contentApproval: 'weekly' });
    world.until('2026-01-11T00:00:00.000Z');
    expect(world.decided).toEqual([]);
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toHaveLength(3);
  });

  it('A post that is submitted again after a decision is new again.', () => {
    const world = withAdmin();
    world.post('p1');
    world.until('2026-01-06T00:00:00.000Z');
    world.settle('RejectPost', 'p1');
    world.until('2026-01-07T00:00:00.000Z');
    world.post('p1');
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta', '2026-01-12T08:00 greta']);
  });

  it('A slot in an overlap of the wall clock fires once.', () => {
    const world = new World('2026-10-24T12:00:00.000Z', { policies: { ...POLICIES, sendAt: '02:30' } });
    world.user('greta');
    world.prefers('greta', { contentApproval: 'daily' });
    world.post('p1');
    world.until('2026-10-25T01:00:00.000Z');
    world.post('p2');
    world.until('2026-10-25T20:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-10-25T00:30 greta']);
  });
});
