import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aggregates, MAX_UNREAD_BY_DECISIONS_MS } from '../../src/application/aggregates/aggregates.js';
import { ClockGuard } from '../../src/application/clock/clock-guard.js';
import { DecisionContexts } from '../../src/application/decisions/decision-contexts.js';
import { DecisionFacts } from '../../src/application/decisions/decision-facts.js';
import { DigestReturns } from '../../src/application/decisions/digest-returns.js';
import { NotificationRecorder } from '../../src/application/decisions/notification-recorder.js';
import { QueueDecisions } from '../../src/application/decisions/queue-decisions.js';
import { ReaderTurns } from '../../src/application/decisions/reader-turns.js';
import { Reconsideration } from '../../src/application/decisions/reconsideration.js';
import { Clock } from '../../src/application/ports/clock.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { MAX_DECISIONS_PER_SLOT } from '../../src/domain/bounds.js';
import type { Decision } from '../../src/domain/notification/decision.js';
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

const decidesForAda: Hook['isIt'] = (stream, events) =>
  decides(stream, events, 'any') && (events[0]?.data.recipient as { userId?: string })?.userId === 'ada';

const tellsQueue: Hook['isIt'] = (stream, events) =>
  stream.startsWith('approvalQueue-') && events.some(({ type }) => type === 'DigestRaised');

/** Lets everything go on that does not wait. */
const turns = async () => {
  await herald.settled();
  for (let n = 0; n < 200; n += 1) await setImmediate();
};

const press = () =>
  herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));

const thePost = (id: string) => aPost(id, { partnerId: 'nordlicht', postId: id });

/** Does something between the moment when the facts for digests are read and the turn in which these are recorded, once. */
const beforeDigests = (act: () => Promise<unknown>) => {
  const turns = herald.herald.app.get(ReaderTurns);
  const run = turns.run.bind(turns);
  const spy = vi.spyOn(turns, 'run');
  spy.mockImplementation(async (partnerId, userIds, task) => {
    if (userIds.length > 1) {
      spy.mockImplementation(run);
      await act();
    }
    return run(partnerId, userIds, task);
  });
};

/** What another instance on the same log knows. */
const aggregatesElsewhere = () => {
  const { app } = herald.herald;
  return new Aggregates(app.get(EventStore), app.get(Clock));
};

/** The decisions of another instance on the same log. */
const elsewhere = (): QueueDecisions => {
  const { app } = herald.herald;
  const aggregates = aggregatesElsewhere();
  const recorder = app.get(NotificationRecorder);
  return new QueueDecisions(
    aggregates,
    new DecisionFacts(aggregates),
    recorder,
    app.get(ClockGuard),
    app.get(DecisionContexts),
    new ReaderTurns(),
  );
};

const raisedFor = async (userId: string, rule: string) =>
  (await herald.events()).filter(
    ({ type, data }) =>
      type === 'NotificationRaised' &&
      (data.recipient as { userId: string }).userId === userId &&
      data.rule === rule,
  );

const digestsOf = (userId: string) => raisedFor(userId, 'content-needs-approval');
const noNews = (userId: string) => raisedFor(userId, 'no-social-media-content');

/** Moves to a Monday at 09:00 in Berlin and lets its digests go out: Ben's is the n-th. */
const monday = async (date: string, n: number) => {
  await herald.moveTo(`${date}T08:00:00.000Z`);
  await until(
    () => digestsOf('ben'),
    ({ length }) => length === n,
  );
  await herald.moveTo(`${date}T09:00:00.000Z`);
  await herald.settled();
};

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

  it.each(['this instance', 'another instance'])(
    'that %s answers before a digest has its turn is that digest',
    async (where) => {
      await herald.publish(thePost('one'));
      beforeDigests(async () => {
        await press();
        const decisions = where === 'this instance' ? herald.herald.app.get(QueueDecisions) : elsewhere();
        await decisions.answer('nordlicht', 'ada');
        const answeredAt = performance.now();
        while (performance.now() - answeredAt <= MAX_UNREAD_BY_DECISIONS_MS) await setImmediate();
      });
      await monday('2026-03-09', 1);
      expect(await digestsOf('ada')).toMatchObject([
        { data: { slot: { key: expect.stringMatching(/^request:/) } } },
      ]);
    },
  );

  it.each([
    ['another instance answers', async () => elsewhere().answer('nordlicht', 'ada')],
    ['is pressed before a failure', () => Promise.reject(new Error('The log does not answer.'))],
  ])('that %s between a digest and its record in the queue tells no post twice', async (_, act) => {
    await herald.publish(thePost('one'));
    around({
      isIt: decidesForAda,
      act: async (append) => {
        await append();
        expect(await press()).toMatchObject({ status: 202 });
        await act();
      },
    });
    await herald.moveTo('2026-03-09T08:00:00.000Z');
    await until(
      async () => [...(await digestsOf('ada')), ...(await noNews('ada'))],
      ({ length }) => length > 1,
    );
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    await herald.settled();
    expect(await digestsOf('ada')).toHaveLength(1);
    expect(await noNews('ada')).toHaveLength(1);
    const closed = (await herald.events()).filter(({ type }) => type === 'DigestRaised');
    expect(closed.filter(({ data }) => data.userId === 'ada')).toMatchObject([{ data: { upTo: 1 } }]);
  });

  it.each([
    ['', 1],
    [', and their address, too', 1],
    [', more often than it is answered anew', MAX_DECISIONS_PER_SLOT - 1],
  ])('is answered although what is new to its reader comes and goes%s', async (how, times) => {
    const sending = (what: string) =>
      herald.post(`/v1/sending/${what}`, 'application/json', { reason: 'The mail has to wait.' });
    const raised = async () => (await herald.events()).filter(({ type }) => type === 'NotificationRaised');
    const last = async () => (await raised()).at(-1)?.data as unknown as Decision;
    let known = 1;
    /** Publishes, and asks about the last notification, as it is asked before a mail goes out, until another one is there. */
    const supersede = async (...events: readonly object[]) => {
      for (const event of events) await herald.publish(event);
      await herald.settled();
      await herald.herald.app.get(Reconsideration).isStillDue(await last());
      known += 1;
      await until(raised, ({ length }) => length === known);
    };
    await sending('hold');
    await press();
    await until(raised, ({ length }) => length === known);
    const ada = { userId: 'ada', partnerId: 'nordlicht' };
    if (how.includes('address'))
      await supersede(anEvent('moved', 'partner-user.changed', { ...ada, email: 'ada@new.example' }));
    const gone = (id: string) =>
      anEvent(`gone-${id}`, 'post.withdrawn', { postId: id, partnerId: 'nordlicht' });
    for (let n = 0; n < times; n += 1) {
      await supersede(thePost(`p${n}`));
      await supersede(gone(`p${n}`));
    }
    if (how.includes('more often'))
      for (const event of [thePost('last'), gone('last')]) {
        await herald.publish(event);
        await herald.settled();
        await herald.herald.app.get(Reconsideration).isStillDue(await last());
        await turns();
      }
    await sending('release');
    expect(await toAda(({ length }) => length > 0)).toEqual(['no-social-media-content']);
  });
});

it('Posts that come back before a digest has its turn are in that digest', async () => {
  await herald.publish(thePost('one'));
  await monday('2026-03-09', 1);
  const [first] = (await digestsOf('ada')).map(({ data }) => data as unknown as Decision);
  await herald.publish(thePost('two'));
  beforeDigests(() =>
    herald.herald.app.get(DigestReturns).giveBack(first as Decision, '2026-03-16T08:00:00.000Z'),
  );
  await monday('2026-03-16', 2);
  const [one, two] = [1, 2].map((n) => ({ from: n, to: n }));
  expect((await digestsOf('ada')).map(({ data }) => data.covers)).toEqual([[one], [one, two]]);
});

it('Posts that another instance gives back before the queue is told of their digest are in the next digest', async () => {
  await herald.publish(thePost('one'));
  around({
    isIt: tellsQueue,
    act: async () => {
      const [digest] = (await digestsOf('ada')).map(({ data }) => data as unknown as Decision);
      const returns = new DigestReturns(aggregatesElsewhere(), new ReaderTurns());
      await returns.giveBack(digest as Decision, '2026-03-09T08:00:00.000Z');
    },
  });
  await monday('2026-03-09', 1);
  await herald.publish(thePost('two'));
  await monday('2026-03-16', 2);
  const [one, two] = [1, 2].map((n) => ({ from: n, to: n }));
  expect((await digestsOf('ada')).map(({ data }) => data.covers)).toEqual([[one], [one, two]]);
});

it('A Send Now is answered also where its digest is given back twice, because a failure came between', async () => {
  const sending = (what: string) =>
    herald.post(`/v1/sending/${what}`, 'application/json', { reason: 'The mail has to wait.' });
  await sending('hold');
  await herald.publish(thePost('one'));
  await press();
  const [digest] = await until(
    () => digestsOf('ada'),
    ({ length }) => length > 0,
  );
  await herald.settled();
  await herald.publish(anEvent('gone', 'post.withdrawn', { postId: 'one', partnerId: 'nordlicht' }));
  around({
    isIt: (_, events) => events.some(({ type }) => type === 'Superseded'),
    act: () => Promise.reject(new Error('The log does not answer.')),
  });
  const isStillDue = () =>
    herald.herald.app.get(Reconsideration).isStillDue(digest?.data as unknown as Decision);
  await expect(isStillDue()).rejects.toThrow('does not answer');
  expect(await isStillDue()).toBe(false);
  await sending('release');
  expect(await toAda(({ length }) => length > 0)).toEqual(['no-social-media-content']);
  const told = (await herald.events()).filter(({ type }) => type === 'DigestRaised');
  expect(told).toHaveLength(1);
});
