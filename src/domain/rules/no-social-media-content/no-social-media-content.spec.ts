import { describe, expect, it } from 'vitest';
import { World } from '../../../../test/domain/partner-world.js';
import { noSocialMediaContent } from './definition.js';

const START = '2026-01-01T12:00:00.000Z';

const withAdmin = (settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  return world;
};

describe('No social media content', () => {
  it('A Send Now without new content is answered at once.', () => {
    const world = withAdmin();
    world.sendNow('greta');
    expect(world.told('no-social-media-content')).toEqual(['2026-01-01T12:00 greta']);
    expect(world.told('content-needs-approval')).toEqual([]);
  });

  it('With new content, a Send Now sends the digest at once.', () => {
    const world = withAdmin();
    world.post('p1');
    world.sendNow('greta');
    expect(world.told('content-needs-approval')).toEqual(['2026-01-01T12:00 greta']);
    expect(world.told('no-social-media-content')).toEqual([]);
  });

  it('It is not due while something new waits.', () => {
    const world = withAdmin();
    const request = {
      ...{ requestId: 'r', userId: 'greta', learnedAt: START },
      cause: { eventId: 'e', position: '1', type: 'DigestRequested' },
    };
    expect(noSocialMediaContent.decide(world.queueFacts(), { userId: 'greta', request }, START).due).toBe(
      true,
    );
    world.post('p1');
    expect(noSocialMediaContent.decide(world.queueFacts(), { userId: 'greta', request }, START).due).toBe(
      false,
    );
  });

  it('What an earlier digest listed is not new.', () => {
    const world = withAdmin();
    world.post('p1');
    world.sendNow('greta');
    world.sendNow('greta');
    expect(world.told('no-social-media-content')).toEqual(['2026-01-01T12:00 greta']);
  });

  it('Every Send Now is answered, even for users who want no digests.', () => {
    const world = withAdmin();
    world.prefers('greta', { contentApproval: 'off' });
    world.sendNow('greta');
    world.sendNow('greta');
    expect(world.told('no-social-media-content')).toHaveLength(2);
  });

  it('A Send Now of an unknown or inactive user is withheld: no-reachable-recipient.', () => {
    const world = withAdmin();
    world.sendNow('stranger');
    world.sendNow('constructor');
    expect(world.told('no-social-media-content')).toEqual([
      '2026-01-01T12:00 stranger: no-reachable-recipient',
      '2026-01-01T12:00 constructor: no-reachable-recipient',
    ]);
  });

  it('Without entitlement it is withheld: not-entitled.', () => {
    const world = withAdmin({ entitled: false });
    world.sendNow('greta');
    world.post('p1');
    world.sendNow('greta');
    expect(world.told('no-social-media-content')).toEqual(['2026-01-01T12:00 greta: not-entitled']);
    expect(world.told('content-needs-approval')).toEqual(['2026-01-01T12:00 greta: not-entitled']);
  });
});
