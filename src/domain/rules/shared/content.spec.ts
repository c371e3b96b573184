import { expect, it } from 'vitest';
import { ApprovalQueue } from '../../approval-queue/approval-queue.js';
import type { ApprovalQueueState } from '../../approval-queue/queue-state.js';
import { DAY, plus } from '../../kernel/instant.js';
import { contentFor } from './content.js';

const NOW = '2026-03-02T09:00:00.000Z';

const submitted = (queue: ApprovalQueueState, n: number): ApprovalQueueState =>
  ApprovalQueue.evolve(queue, {
    type: 'PostAwaitingApproval',
    data: {
      ...{ postId: `p${n}`, partnerId: 'p', streamId: 's', streamName: 's', title: `${n}`, network: 'x' },
      publishAt: plus(NOW, n * DAY),
    },
    ...{ occurredAt: NOW, recordedAt: NOW, eventId: `e${n}`, position: `${n}` },
  });

const told = (queue: ApprovalQueueState, userId: string, upTo: number): ApprovalQueueState =>
  ApprovalQueue.evolve(queue, {
    type: 'DigestRaised',
    data: { userId, partnerId: 'p', slot: { key: '2026-03-02', date: '2026-03-02' }, upTo },
    ...{ occurredAt: NOW, recordedAt: NOW, eventId: 'e', position: '9' },
  });

it('Waiting posts are scanned once for all people of a partner, and each is notified of what is new to them', () => {
  const queue = told([1, 2, 3, 4].reduce(submitted, ApprovalQueue.initialState), 'cleo', 3);
  const [ada, ben, cleo] = ['ada', 'ben', 'cleo'].map((userId) =>
    contentFor(userId, queue, plus(NOW, 2 * DAY)),
  );
  expect(ada?.fresh.map(({ postId }) => postId)).toEqual(['p3', 'p4']);
  expect(ben?.fresh).toBe(ada?.fresh);
  expect(cleo?.fresh.map(({ postId }) => postId)).toEqual(['p4']);
  expect([ada, ben, cleo].map((content) => content?.older)).toEqual([0, 0, 1]);
  const later = contentFor('ada', queue, plus(NOW, 3 * DAY));
  expect(later.fresh.map(({ postId }) => postId)).toEqual(['p4']);
});
