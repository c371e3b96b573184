import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World } from '../../../test/domain/partner-world.js';
import { type Step, storyOf } from '../../../test/domain/story.js';
import { ApprovalQueue } from './approval-queue.js';
import { newAmong, newRanges } from './new-posts.js';
import type { PostRange } from './post-ranges.js';
import type { ApprovalQueueCommand } from './queue-events.js';
import { requestOf } from './send-nows.js';
import { waitingAt } from './waiting-posts.js';

const NOW = '2026-01-06T12:00:00.000Z';
const submit = (postId: string): ApprovalQueueCommand => ({
  type: 'SubmitPost',
  data: {
    ...{ postId, partnerId: 'linden', streamId: 's', streamName: 'Spring', title: postId, network: 'x' },
    publishAt: '2026-03-01T12:00:00.000Z',
  },
  at: NOW,
});
const approve = (postId: string): ApprovalQueueCommand => ({
  ...{ type: 'ApprovePost', data: { postId, partnerId: 'linden' }, at: NOW },
});
let slots = 0;
const digest = (upTo: number): ApprovalQueueCommand => {
  slots += 1;
  const date = `2${String(slots).padStart(6, '0')}-01-01`;
  return {
    type: 'CloseDigest',
    data: { userId: 'greta', partnerId: 'linden', slot: { key: date, date }, requestId: undefined, upTo },
    at: NOW,
  };
};
const giveBack = (posts: readonly PostRange[], requestId?: string): ApprovalQueueCommand => ({
  type: 'ReturnDigest',
  data: { userId: 'greta', partnerId: 'linden', notificationId: 'n1', posts, requestId },
  at: NOW,
});
const story = (...steps: readonly Step<ApprovalQueueCommand>[]) => storyOf(ApprovalQueue, ...steps);
const newTo = (...steps: readonly Step<ApprovalQueueCommand>[]) => {
  const { state } = story(...steps);
  return newAmong('greta', state, waitingAt(state, NOW)).map(({ postId }) => postId);
};

describe('A digest that did not reach its reader', () => {
  it('makes what it covered new again, and nothing that another digest told', () => {
    const begun = [submit('a'), submit('b'), digest(2)];
    expect(newTo(...begun)).toEqual([]);
    expect(newTo(...begun, giveBack([{ from: 1, to: 2 }]))).toEqual(['a', 'b']);
    const later = [...begun, submit('c'), digest(3)];
    expect(newTo(...later, giveBack([{ from: 1, to: 2 }]))).toEqual(['a', 'b']);
    expect(newTo(...later, submit('d'), giveBack([{ from: 1, to: 2 }]))).toEqual(['a', 'b', 'd']);
    expect(newTo(...later, giveBack([{ from: 3, to: 3 }]))).toEqual(['c']);
  });

  it('is told by the next digest, which covers it', () => {
    const back = [submit('a'), submit('b'), digest(2), giveBack([{ from: 1, to: 2 }]), submit('c')];
    expect(newRanges('greta', story(...back).state)).toEqual([
      { from: 1, to: 2 },
      { from: 3, to: 3 },
    ]);
    expect(newTo(...back, digest(3))).toEqual([]);
    expect(newRanges('greta', story(...back, digest(3)).state)).toEqual([]);
  });

  it('is nothing where its posts were decided, and gives no more back than was told', () => {
    const decided = story(submit('a'), digest(1), approve('a'), giveBack([{ from: 1, to: 1 }]));
    expect(decided.facts.map(({ type }) => type)).not.toContain('DigestReturned');
    expect(newTo(submit('a'), giveBack([{ from: 1, to: 9 }]))).toEqual(['a']);
    expect(newTo(submit('a'), submit('b'), digest(1), giveBack([{ from: 1, to: 2 }]))).toEqual(['a', 'b']);
  });

  it('opens the Send Now again that it answered, if the answer has changed', () => {
    const { state, facts } = story(submit('a'), digest(1), giveBack([], 'r1'));
    expect(facts.at(-1)).toMatchObject({ type: 'DigestReturned', data: { requestId: 'r1' } });
    expect(requestOf(state, 'greta')).toMatchObject({ requestId: 'r1', learnedAt: NOW });
    expect(story(submit('a'), digest(1), giveBack([])).facts.at(-1)?.type).toBe('DigestRaised');
  });

  it('is due at the next slot and not for one that has passed, whatever else waits', () => {
    const world = new World('2026-01-05T12:00:00.000Z');
    world.user('greta');
    world.prefers('greta', { contentApproval: 'daily' });
    world.post('a');
    world.until('2026-01-08T14:00:00.000Z');
    const back = () => world.tellQueue({ ...giveBack([{ from: 1, to: 1 }]), at: world.now });
    expect(back()).toBe(1);
    world.until('2026-01-10T14:00:00.000Z');
    const shown = world.decided.map(({ at, lateBy, posts }) => [at.slice(0, 16), lateBy, posts]);
    expect(shown).toEqual([
      ['2026-01-06T08:00', 0, ['a']],
      ['2026-01-09T08:00', 0, ['a']],
    ]);
  });

  it('is at once in the answer to a Send Now', () => {
    const world = new World('2026-01-05T12:00:00.000Z');
    world.user('greta');
    world.post('a');
    world.sendNow('greta');
    world.tellQueue({ ...giveBack([{ from: 1, to: 1 }]), at: world.now });
    world.now = '2026-01-05T12:10:00.000Z';
    world.sendNow('greta');
    expect(world.decided.map(({ rule, posts }) => [rule, posts])).toEqual([
      ['content-needs-approval', ['a']],
      ['content-needs-approval', ['a']],
    ]);
  });

  it('and in any order of digests and returns, a post is new exactly if no digest that arrived covers it', () => {
    const action = fc.oneof(
      fc.constant({ type: 'submit' as const }),
      fc.constant({ type: 'digest' as const }),
      fc.record({ type: fc.constant('return' as const), which: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const steps: ApprovalQueueCommand[] = [];
        const digests: { covers: readonly PostRange[]; arrived: boolean }[] = [];
        let submitted = 0;
        for (const one of actions) {
          if (one.type === 'submit') {
            submitted += 1;
            steps.push(submit(`p${submitted}`));
          } else if (one.type === 'digest') {
            const covers = newRanges('greta', story(...steps).state);
            if (covers.length === 0) continue;
            digests.push({ covers, arrived: true });
            steps.push(digest(submitted));
          } else {
            const chosen = digests[one.which % Math.max(1, digests.length)];
            if (!chosen?.arrived) continue;
            chosen.arrived = false;
            steps.push(giveBack(chosen.covers));
          }
        }
        const told = (number: number) =>
          digests.some(
            ({ covers, arrived }) => arrived && covers.some(({ from, to }) => from <= number && number <= to),
          );
        const expected = Array.from({ length: submitted }, (_, n) => n + 1).filter((number) => !told(number));
        expect(newTo(...steps)).toEqual(expected.map((number) => `p${number}`));
      }),
      { numRuns: 300 },
    );
  });
});
