import { describe, expect, it } from 'vitest';
import { World } from '../../../../test/domain/partner-world.js';
import { MAX_NAMED_PEOPLE } from '../../bounds.js';
import { accountExpired } from '../account-expired/definition.js';
import { contentNeedsApproval } from '../content-needs-approval/definition.js';
import { unreachedOnAccount, unreachedOnQueue } from './escalation.js';

const START = '2026-01-05T12:00:00.000Z';

const ofAccount = (world: World, accountId = 'fb') => {
  const facts = world.accountFacts(accountId);
  const { people, more } = unreachedOnAccount(accountExpired.decide(facts, world.now), facts);
  return {
    people: people.map(({ name, reason, isOwner }) => `${name}: ${reason}${isOwner ? ', owner' : ''}`),
    more,
  };
};

const ofQueue = (world: World, userId: string) => {
  const facts = world.queueFacts();
  return unreachedOnQueue(contentNeedsApproval.decide(facts, { userId }, world.now), facts).people.map(
    ({ name, reason }) => `${name}: ${reason}`,
  );
};

const leaves = (world: World, userId: string) =>
  world.tellPartner({ type: 'RemoveUser', data: { userId, partnerId: 'linden' }, at: world.now });

const deactivate = (world: World, userId: string) =>
  world.tellPartner({
    type: 'ChangeUser',
    data: { userId, partnerId: 'linden', active: false },
    at: world.now,
  });

describe('Who was not reached about a company account', () => {
  it('is every active Partner Admin, with the reason; never a member.', () => {
    const world = new World(START);
    for (const userId of ['greta', 'jonas', 'ida']) world.user(userId);
    world.user('member', 'member');
    world.company('fb', START);
    world.prefers('greta', { accountExpiration: 'off' });
    deactivate(world, 'jonas');
    leaves(world, 'ida');
    expect(ofAccount(world)).toEqual({ people: ['greta: opted-out', 'jonas: not-active'], more: 0 });
  });

  it('is nobody if there is no admin.', () => {
    const world = new World(START);
    world.company('fb', START);
    expect(ofAccount(world)).toEqual({ people: [], more: 0 });
  });

  it.each([
    [MAX_NAMED_PEOPLE, 0],
    [MAX_NAMED_PEOPLE + 1, 1],
  ])('names at most so many people and counts the others: %i', (admins, more) => {
    const world = new World(START);
    for (let n = 0; n < admins; n += 1) {
      world.user(`admin-${n}`);
      deactivate(world, `admin-${n}`);
    }
    world.company('fb', START);
    const found = ofAccount(world);
    expect(found.people).toHaveLength(MAX_NAMED_PEOPLE);
    expect(found.more).toBe(more);
  });
});

describe('Who was not reached about a personal account', () => {
  const owned = (then: (world: World) => void) => {
    const world = new World(START);
    world.user('greta');
    world.user('other');
    world.personal('fb', 'greta', START);
    then(world);
    return ofAccount(world).people;
  };

  it('is its owner, whoever else the partner has.', () => {
    expect(owned((world) => world.prefers('greta', { accountExpiration: 'off' }))).toEqual([
      'greta: opted-out, owner',
    ]);
    expect(owned((world) => deactivate(world, 'greta'))).toEqual(['greta: not-active, owner']);
  });

  it('is its owner, also after they have left.', () => {
    expect(owned((world) => leaves(world, 'greta'))).toEqual(['greta: removed, owner']);
  });

  it('is its owner, even if no such user is known.', () => {
    const world = new World(START);
    world.personal('fb', 'ghost', START);
    expect(ofAccount(world).people).toEqual(['ghost: unknown-user, owner']);
  });
});

describe('Who was not reached about content', () => {
  it('is every Partner Admin if nobody wants digests.', () => {
    const world = new World(START);
    world.user('greta');
    world.user('jonas');
    world.prefers('greta', { contentApproval: 'off' });
    deactivate(world, 'jonas');
    world.post('one');
    expect(ofQueue(world, '*')).toEqual(['greta: no-digests', 'jonas: not-active']);
  });

  it('is everybody whose address does not work, if nobody else wants digests.', () => {
    const world = new World(START);
    for (const admin of ['greta', 'jonas']) world.user(admin);
    for (const member of ['mira', 'nils']) world.user(member, 'member');
    world.prefers('jonas', { contentApproval: 'off' });
    world.prefers('mira', { contentApproval: 'daily' });
    for (const userId of ['greta', 'mira']) world.undeliverable(userId);
    world.post('one');
    expect(ofQueue(world, '*')).toEqual([
      ...['greta: undeliverable-address', 'jonas: no-digests', 'mira: undeliverable-address'],
    ]);
    expect(ofQueue(world, 'greta')).toEqual(['greta: undeliverable-address']);
  });
});
