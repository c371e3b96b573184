import { describe, expect, it } from 'vitest';
import { World } from '../../../test/domain/partner-world.js';
import type { Decision } from '../notification/decision.js';
import type { SocialAccountCommand } from '../social-account/social-account.js';
import { factsFor, type Standing, standingOnAccount, standingOnQueue } from './asking-again.js';
import { accountNotification } from './notifications.js';

const START = '2026-01-05T12:00:00.000Z';

/** A world in which what is raised is remembered, and can be asked about again. */
const begin = (start = START) => {
  const world = new World(start);
  const raised: Decision[] = [];
  world.onRaised = (decisions) => raised.push(...decisions);
  world.user('greta');
  const standing = (decision = raised[0] as Decision): Standing => {
    if (decision.subject.kind === 'approvalQueue')
      return standingOnQueue(decision, world.queueFacts(), world.now);
    const facts = world.accountFacts(decision.subject.id);
    const verdict = accountNotification(decision.rule).decide(facts, world.now);
    return standingOnAccount(decision, facts, verdict, world.now);
  };
  const against = (decision?: Decision) => standing(decision).against.map(({ name }) => name);
  return { world, raised, standing, against };
};

/** An account that ends, with its first mail raised. */
const ended = () => {
  const begun = begin();
  begun.world.company('fb');
  begun.world.refuse('fb');
  begun.world.until('2026-01-05T12:01:00.000Z');
  expect(begun.raised.map(({ rule }) => rule)).toEqual(['account-expired']);
  return begun;
};

/** A reminder of a Monday. */
const reminded = () => {
  const begun = begin();
  begun.world.company('fb', '2026-01-30T12:00:00.000Z');
  begun.world.until('2026-01-12T09:00:00.000Z');
  expect(begun.raised.map(({ rule }) => rule)).toEqual(['settings-update-required']);
  return begun;
};

/** A daily digest of one post. */
const digested = () => {
  const begun = begin();
  begun.world.prefers('greta', { contentApproval: 'daily' });
  begun.world.post('a');
  begun.world.until('2026-01-06T09:00:00.000Z');
  expect(begun.raised.map(({ rule }) => rule)).toEqual(['content-needs-approval']);
  return begun;
};

describe('A mail that was raised, asked about again', () => {
  it('is due while nothing has changed, however late it is', () => {
    for (const { world, against, standing } of [ended(), reminded(), digested()]) {
      expect(against()).toEqual([]);
      expect(standing().isSameOccasion).toBe(true);
      world.now = `${world.now.slice(0, 8)}14T12:00:00.000Z`;
      expect(against()).toEqual([]);
    }
  });

  it('is not due once its authorisation is valid again, has ended again, or was removed', () => {
    const renewed = ended();
    renewed.world.renew('fb');
    expect(renewed.against()).toContain('authorisation-has-ended');
    renewed.world.now = '2026-01-05T13:00:00.000Z';
    renewed.world.refuse('fb');
    expect(renewed.against()).toEqual(['is-about-the-same']);
    expect(renewed.standing().isSameOccasion).toBe(false);
    expect(renewed.standing().against[0]?.says).toBe(
      'It was raised about an authorisation that ended at 2026-01-05T12:00:00.000Z, and now it is 2026-01-05T13:00:00.000Z.',
    );
    const removed = ended();
    removed.world.now = '2026-01-05T13:00:00.000Z';
    removed.world.remove('fb');
    expect(removed.against()).toEqual(['account-is-connected']);
  });

  it('about an expiry is not due once that has passed, was moved, or the authorisation was refused', () => {
    const passed = reminded();
    passed.world.now = '2026-01-30T12:00:00.000Z';
    expect(passed.against()).toEqual(['has-not-expired']);
    const moved = reminded();
    moved.world.renew('fb', '2026-01-31T12:00:00.000Z');
    expect(moved.against()).toEqual(['is-about-the-same']);
    const refused = reminded();
    refused.world.refuse('fb');
    expect(refused.against()).toEqual(['authorisation-is-not-refused']);
  });

  it('is not due once the account belongs to another partner, whose people are told at its own slots', () => {
    for (const { world, against, standing, raised } of [ended(), reminded()]) {
      const facts = world.accountFacts('fb');
      const data = { ...facts.account.connection?.value, accountId: 'fb', partnerId: 'other' };
      const { expiresAt: authorisationExpiresAt } = facts.account.expiry ?? {};
      world.tellAccount('fb', {
        ...{ type: 'Connect', data: { ...data, authorisationExpiresAt }, at: world.now },
      } as SocialAccountCommand);
      expect(against(raised[0])).toContain('partner-is-the-same');
      expect(standing().isSameOccasion).toBe(false);
      expect(standing().against.map(({ says }) => says)).toContain(
        'It was raised about an account of linden, and now the account belongs to other.',
      );
    }
  });

  it('is not due to somebody who opted out, was removed, is no admin any more or has another address', () => {
    const out = ended();
    out.world.prefers('greta', { accountExpiration: 'off' });
    expect(out.against()).toEqual(['has-not-opted-out']);
    const gone = ended();
    gone.world.tellPartner({
      type: 'RemoveUser',
      data: { userId: 'greta', partnerId: 'linden' },
      at: gone.world.now,
    });
    expect(gone.against()).toEqual(['person-is-active']);
    const moved = ended();
    moved.world.moves('greta', 'greta@new.example');
    expect(moved.against()).toEqual(['address-is-the-same']);
    expect(moved.standing().against[0]?.says).toBe(
      'The address of greta was greta@linden.example when it was raised, and now it is greta@new.example.',
    );
    const undeliverable = ended();
    undeliverable.world.undeliverable('greta');
    expect(undeliverable.against()).toEqual(['address-is-deliverable']);
  });

  it('is not due once the solution has no notifications, and nobody else is due instead', () => {
    const { world, against, standing } = ended();
    world.configure({ entitled: false });
    expect(against()).toEqual(['solution-is-entitled']);
    expect(standing().verdict).toMatchObject({ due: true, reason: 'not-entitled' });
  });

  it('goes to the present recipients of the same slot', () => {
    const { world, standing, raised } = ended();
    world.user('jonas');
    world.prefers('greta', { accountExpiration: 'off' });
    const { verdict } = standing();
    expect(verdict).toMatchObject({ due: true, slot: raised[0]?.slot });
    expect(verdict.audience.map(({ userId, isNotified }) => [userId, isNotified])).toEqual([
      ['greta', false],
      ['jonas', true],
    ]);
    expect(verdict.conditions.map(({ name }) => name)).not.toContain('undecided-slot-has-come');
  });
});

describe('A digest that was raised, asked about again', () => {
  it('is due while one of the posts that it covers waits', () => {
    const { world, against } = digested();
    world.post('b');
    world.settle('ApprovePost', 'a');
    expect(against()).toEqual(['new-content-waits']);
    const some = begin();
    some.world.prefers('greta', { contentApproval: 'daily' });
    some.world.post('a');
    some.world.post('b');
    some.world.until('2026-01-06T09:00:00.000Z');
    some.world.settle('ApprovePost', 'a');
    expect(some.against()).toEqual([]);
  });

  it('is not due once its posts are published', () => {
    const { world, against } = begin();
    world.prefers('greta', { contentApproval: 'daily' });
    world.post('a', '2026-01-07T12:00:00.000Z');
    world.until('2026-01-06T09:00:00.000Z');
    expect(against()).toEqual([]);
    world.now = '2026-01-07T12:00:00.000Z';
    expect(against()).toEqual(['new-content-waits']);
  });

  it('is not due to users who want none, unless they asked for it by Send Now', () => {
    const { world, against } = digested();
    world.prefers('greta', { contentApproval: 'off' });
    expect(against()).toEqual(['wants-digests']);
    const asked = begin();
    asked.world.post('a');
    asked.world.sendNow('greta');
    asked.world.prefers('greta', { contentApproval: 'off' });
    expect(asked.against()).toEqual([]);
    asked.world.settle('WithdrawPost', 'a');
    expect(asked.against()).toEqual(['new-content-waits']);
  });

  it('of an old log, which does not say what it covers, is due while anything up to its last post waits', () => {
    const { world, raised, against } = digested();
    const { covers: _, ...old } = raised[0] as Decision;
    expect(against(old)).toEqual([]);
    world.settle('ApprovePost', 'a');
    world.post('b');
    expect(against(old)).toEqual(['new-content-waits']);
    const { upTo: __, ...older } = old;
    expect(against(older)).toEqual([]);
  });

  it('that says that nothing is new is not due once something is', () => {
    const { world, raised, against } = begin();
    world.sendNow('greta');
    expect(raised.map(({ rule }) => rule)).toEqual(['no-social-media-content']);
    expect(against()).toEqual([]);
    world.post('a');
    expect(against()).toEqual(['nothing-new-waits']);
    expect(factsFor(raised[0] as Decision, world.queueFacts())).toEqual(world.queueFacts());
  });
});

describe('A mail to the escalation contact, asked about again', () => {
  const escalated = () => {
    const begun = begin();
    begun.world.prefers('greta', { accountExpiration: 'off' });
    begun.world.company('fb');
    begun.world.refuse('fb');
    begun.world.until('2026-01-05T12:01:00.000Z');
    expect(begun.raised.map(({ escalation }) => escalation)).toEqual([true]);
    return begun;
  };

  it('is due while its cause lasts and the contact has the same address', () => {
    const { world, against } = escalated();
    expect(against()).toEqual([]);
    world.configure({ escalationEmail: 'other@aurora.example' });
    expect(against()).toEqual(['address-is-the-same']);
    const renewed = escalated();
    renewed.world.renew('fb');
    expect(renewed.against()).toContain('authorisation-has-ended');
  });

  it('about a mail that did not arrive is due while that one would be, although the address does not work', () => {
    const { world, raised, against } = ended();
    const [mail] = raised as [Decision];
    const contact = { userId: '*escalation', name: 'Aurora', locale: 'en' };
    const address = { channel: 'email', value: 'success@aurora.example' } as const;
    const undelivered = {
      ...{ notificationId: 'n1', userId: 'greta', outcome: 'bounced' as const, name: 'greta' },
      ...{ address: 'greta@linden.example', sender: 'notifications@aurora.example' },
    };
    const decision: Decision = { ...mail, escalation: true, recipient: { ...contact, address }, undelivered };
    world.undeliverable('greta');
    expect(against(decision)).toEqual([]);
    world.prefers('greta', { accountExpiration: 'off' });
    expect(against(decision)).toEqual(['has-not-opted-out']);
  });

  it('about content that nobody wants is due while it waits', () => {
    const { world, raised, against } = begin();
    world.prefers('greta', { contentApproval: 'off' });
    world.post('a');
    world.until('2026-01-12T09:00:00.000Z');
    expect(raised.map(({ escalation }) => escalation)).toEqual([true]);
    expect(against()).toEqual([]);
    world.settle('ApprovePost', 'a');
    expect(against()).toEqual(['new-content-waits']);
  });
});
