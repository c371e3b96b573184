import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { Aggregates, AppendedEvent } from '../aggregates/aggregates.js';
import { EventsCommitted } from '../events/events-committed.js';
import type { Clock } from '../ports/clock.js';
import type { StoredEvent } from '../ports/event-store.js';
import { DecisionPace } from './decision-pace.js';

const startPace = () => {
  const appended = new Subject<readonly AppendedEvent[]>();
  let now = 0;
  const pace = new DecisionPace(
    { appended } as unknown as Aggregates,
    { monotonicMs: () => now } as unknown as Clock,
  );
  const append = (count: number, ...types: string[]) => {
    for (let n = 0; n < count; n += 1)
      appended.next(
        types.map((type) => ({ type, stream: `notification-${n}` })) as unknown as AppendedEvent[],
      );
  };
  const elsewhere = (type: string, count: number) => {
    const events = Array.from({ length: count }, (_, n) => ({ type, stream: `notification-${n}` }));
    pace.handle(new EventsCommitted(events as unknown as StoredEvent[]));
  };
  const later = (millis: number) => {
    now += millis;
  };
  return { pace, append, elsewhere, later };
};

it('Fewer decisions are made at once while a hundred mails wait to be sent', () => {
  const { pace, append } = startPace();
  append(99, 'NotificationRaised', 'ContentFrozen');
  expect(pace.decisionsAtOnce).toBe(32);
  append(100, 'NotificationRaised', 'ContentFrozen');
  expect(pace.decisionsAtOnce).toBe(4);
  append(1, 'SendStarted');
  expect(pace.decisionsAtOnce).toBe(32);
});

it('A mail that another instance sends does not wait', () => {
  const { pace, append, elsewhere } = startPace();
  append(100, 'NotificationRaised', 'ContentFrozen');
  elsewhere('NotificationRaised', 100);
  elsewhere('ContentFrozen', 100);
  expect(pace.decisionsAtOnce).toBe(4);
  elsewhere('SendStarted', 1);
  expect(pace.decisionsAtOnce).toBe(32);
});

it('A mail that nobody begins to send counts for ten seconds: it may be held', () => {
  const { pace, append, later } = startPace();
  append(100, 'NotificationRaised', 'ContentFrozen');
  later(10_000);
  expect(pace.decisionsAtOnce).toBe(4);
  later(1);
  expect(pace.decisionsAtOnce).toBe(32);
});

it('Once a mail has waited too long, other mails that wait do not slow decisions for as long again', () => {
  const { pace, append, later } = startPace();
  append(100, 'NotificationRaised', 'ContentFrozen');
  later(10_001);
  expect(pace.decisionsAtOnce).toBe(32);
  append(100, 'NotificationRaised', 'ContentFrozen');
  expect(pace.decisionsAtOnce).toBe(32);
  later(9_999);
  expect(pace.decisionsAtOnce).toBe(32);
  later(2);
  expect(pace.decisionsAtOnce).toBe(32);
  append(100, 'NotificationRaised', 'ContentFrozen');
  append(100, 'SendStarted');
  later(10_000);
  append(100, 'NotificationRaised', 'ContentFrozen');
  expect(pace.decisionsAtOnce).toBe(4);
});

it('A mail that waited too long in the past says nothing about mails that wait now', () => {
  const { pace, append, later } = startPace();
  append(100, 'NotificationRaised', 'ContentFrozen');
  later(60_000);
  expect(pace.decisionsAtOnce).toBe(32);
  append(100, 'NotificationRaised', 'ContentFrozen');
  expect(pace.decisionsAtOnce).toBe(4);
});
