import { expect, it } from 'vitest';
import type { NotificationState } from './notification.js';
import { undelivered } from './undelivered.js';

const PHASES: Readonly<Record<NotificationState['phase'], boolean>> = {
  ...{ none: false, withheld: false, waiting: false, sending: false, accepted: false, delivered: false },
  ...{ unknown: false, superseded: false, complained: false },
  ...{ rejected: true, 'given-up': true, bounced: true, abandoned: true },
};

it.each(Object.entries(PHASES))('A notification that is %s ended undelivered: %s', (phase, expected) => {
  expect(undelivered({ phase } as NotificationState)).toBe(expected);
});
