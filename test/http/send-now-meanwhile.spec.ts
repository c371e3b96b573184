import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QueueDecisions } from '../../src/application/decisions/queue-decisions.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { until } from '../until.js';
import type { Entry } from './eight-weeks.js';
import { anEvent, aPost } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

type Append = Parameters<EventStore['append']>;

interface Hook {
  readonly isIt: (...given: Append) => boolean;
  readonly act: (append: () => Promise<unknown>) => Promise<unknown>;
}

/** Does something around the first append of each kind, once. */
const around = (...hooks: readonly Hook[]) => {
  const log = herald.herald.app.get(EventStore);
  const append = log.append.bind(log);
  const left = new Set(hooks);
  vi.spyOn(log, 'append').mockImplementation(async (...given) => {
    const hook = [...left].find(({ isIt }) => isIt(...given));
    if (!hook) return append(...given);
    left.delete(hook);
    let appended: ReturnType<EventStore['append']> | undefined;
    const once = () => {
      appended ??= append(...given);
      return appended;
    };
    await hook.act(once);
    return once();
  });
};

const decides: Hook['isIt'] = (stream) => stream.startsWith('notification-');

/** Lets everything go on that does not wait. */
const turns = async () => {
  await herald.settled();
  for (let n = 0; n < 200; n += 1) await setImmediate();
};

const press = () =>
  herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));

const thePost = (id: string) => aPost(id, { partnerId: 'nordlicht', postId: id });

const toAda = async (isRight: (rules: readonly string[]) => boolean): Promise<readonly string[]> => {
  const ask = async () => {
    const { body } = await herald.get<{ items: readonly Entry[] }>('/v1/notifications?recipient=ada');
    const sent = body.items.filter(({ outcome }) => outcome === 'accepted');
    return sent.map(({ rule }) => rule).sort();
  };
  return until(ask, isRight);
};

describe('A Send Now', () => {
  it('that comes while a digest is decided is answered once, after it: no post is told twice', async () => {
    await herald.publish(thePost('one'));
    around({
      isIt: decides,
      act: async () => {
        expect(await press()).toMatchObject({ status: 202 });
        const answering = herald.herald.app.get(QueueDecisions).answer('nordlicht', 'ada');
        await Promise.race([answering, turns()]);
      },
    });
    await herald.moveTo('2026-03-09T08:00:00.000Z');
    await toAda((rules) => rules.includes('no-social-media-content'));
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    expect(await toAda(({ length }) => length > 1)).toEqual([
      'content-needs-approval',
      'no-social-media-content',
    ]);
  });

  it('whose answer is overtaken by a post, before the queue knows of it, is answered with the post', async () => {
    const sending = (what: string) =>
      herald.post(`/v1/sending/${what}`, 'application/json', { reason: 'The mail has to wait.' });
    await sending('hold');
    const overtake = async (append: () => Promise<unknown>) => {
      await herald.publish(thePost('one'));
      await append();
      await sending('release');
      await turns();
    };
    around({ isIt: decides, act: overtake });
    await press();
    expect(await toAda(({ length }) => length > 0)).toEqual(['content-needs-approval']);
  });
});
