import { expect, it } from 'vitest';
import {
  ACCOUNT_NOTIFICATIONS,
  accountNotification,
  DIGEST,
  definitionOf,
  QUEUE_NOTIFICATIONS,
  queueNotification,
  RULE_IDS,
} from './notifications.js';

const QUEUE = ['content-needs-approval', 'no-social-media-content'];
const ACCOUNT = ['settings-update-required', 'account-expired'];

it('There are four notifications: two about a queue, one of them the digest, and two about an account', () => {
  expect(RULE_IDS).toEqual([...QUEUE, ...ACCOUNT]);
  expect(QUEUE_NOTIFICATIONS.map(({ id }) => id)).toEqual(QUEUE);
  expect(ACCOUNT_NOTIFICATIONS.map(({ id }) => id)).toEqual(ACCOUNT);
  expect(DIGEST).toBe('content-needs-approval');
});

it.each([...QUEUE, ...ACCOUNT])('%s is found by its id', (id) => {
  expect(definitionOf(id).id).toBe(id);
});

it('A notification is found among those about its subject only', () => {
  expect(ACCOUNT.map((id) => accountNotification(id).id)).toEqual(ACCOUNT);
  expect(QUEUE.map((id) => queueNotification(id).id)).toEqual(QUEUE);
  const unknown = (what: string) =>
    expect.objectContaining({
      code: 'notification-unknown',
      message: `This version of Herald has no notification ${what}. Ask an instance of the version that recorded it.`,
    });
  expect(() => definitionOf('other')).toThrow(unknown('other'));
  expect(() => accountNotification('content-needs-approval')).toThrow(
    unknown('content-needs-approval about a social account'),
  );
  expect(() => queueNotification('account-expired')).toThrow(
    unknown('account-expired about an approval queue'),
  );
});
