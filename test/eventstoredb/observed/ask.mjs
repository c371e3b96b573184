#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
// Asks an EventStoreDB or KurrentDB server a fixed list of questions and prints the answers as JSON, with everything that changes
// from run to run (ids, times, absolute positions) replaced by what it means. The scheme of the connection string chooses the client:
// @eventstore/db-client for esdb://, @kurrent/kurrentdb-client for kurrentdb://.
//
//   node observe.mjs 'esdb://127.0.0.1:2113?tls=false' [--only JSON-list-of-names]      run from a folder that has the client installed
//
// observed.json beside this file holds a real server's answers. A double is as good as its diff to that file is small.
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const isKurrentDb = process.argv[2]?.startsWith('kurrentdb');
const es = require(isKurrentDb ? '@kurrent/kurrentdb-client' : '@eventstore/db-client');
const EventStoreDBClient = isKurrentDb ? es.KurrentDBClient : es.EventStoreDBClient;
const {
  jsonEvent,
  binaryEvent,
  NO_STREAM,
  ANY,
  STREAM_EXISTS,
  START,
  END,
  FORWARDS,
  BACKWARDS,
  excludeSystemEvents,
  streamNameFilter,
  eventTypeFilter,
  persistentSubscriptionToStreamSettingsFromDefaults,
  PARK,
  RETRY,
  SKIP,
} = es;

const url = process.argv[2];
if (!url || url.startsWith('--')) {
  console.error("usage: observe.mjs 'esdb://127.0.0.1:2113?tls=false' [--only JSON-list-of-names]");
  process.exit(2);
}
const onlyAt = process.argv.indexOf('--only');
const only = onlyAt > 0 ? new Set(JSON.parse(process.argv[onlyAt + 1])) : null;
const run = randomUUID().slice(0, 8);
const client = EventStoreDBClient.connectionString(url);
if (isKurrentDb) {
  const appendToStream = client.appendToStream.bind(client);
  client.appendToStream = (name, batch, { expectedRevision } = {}) =>
    appendToStream(name, batch, { streamState: expectedRevision });
}
/** What KurrentDB's client calls differently. */
const RENAMED = { expectedVersion: 'expectedState', actualVersion: 'actualState' };
const stream = (name) => `observe${run}-${name}`;
const event = (type = 'Happened', data = { n: 1 }, id = randomUUID(), metadata) =>
  jsonEvent({ id, type, data, metadata });
const events = (count, type) => Array.from({ length: count }, (_, n) => event(type, { n }));

/** The promise's value, or an error after `ms`: nothing here may hang. */
const within = (promise, ms = 8000) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no answer'), { type: `no answer in ${ms} ms` })),
      ms,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
const plain = (value) => JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)));
const shown = (text) => String(text).replaceAll(run, '<run>');
const errorOf = (error) => {
  const out = { class: error?.constructor?.name, type: error?.type, code: error?.code };
  for (const key of ['streamName', 'expectedVersion', 'actualVersion', 'maxAppendSize', 'groupName']) {
    const value = error?.[key] ?? error?.[RENAMED[key]];
    if (value !== undefined) out[key] = typeof value === 'string' ? shown(value) : value;
  }
  return { error: plain(out) };
};
const attempt = async (promise, ms) => {
  try {
    return await within(promise, ms);
  } catch (error) {
    return errorOf(error);
  }
};
const append = async (name, batch, options) => {
  const result = await attempt(client.appendToStream(stream(name), batch, options));
  return result.error
    ? result
    : plain({
        success: result.success,
        nextExpectedRevision: result.nextExpectedRevision,
        hasPosition: result.position !== undefined,
      });
};
const collect = async (iterable, map = (r) => `${r.event?.revision}:${r.event?.type}`) => {
  const rows = [];
  try {
    await within(
      (async () => {
        for await (const item of iterable) rows.push(map(item));
      })(),
    );
  } catch (error) {
    return { rows, ...errorOf(error) };
  }
  return rows;
};
const readIds = async (name) => collect(client.readStream(stream(name)), (r) => r.event.id);
/** Follows a subscription until `done(seen)` or `ms` have passed; says what came, in order. */
const follow = async (
  subscription,
  done,
  ms = 6000,
  map = (r) => `${r.event?.revision}:${r.event?.type}`,
) => {
  const seen = [];
  return new Promise((resolve) => {
    const finish = async (why) => {
      clearTimeout(timer);
      try {
        await within(subscription.unsubscribe(), 2000);
      } catch {
        /* already ended */
      }
      resolve({ seen, ended: why });
    };
    const timer = setTimeout(() => finish('time'), ms);
    subscription.on('error', (error) => finish(errorOf(error)));
    subscription.on('end', () => finish('end'));
    subscription.on('data', (r) => {
      seen.push(map(r));
      if (done(seen)) finish('done');
    });
  });
};
const compare = (a, b) => (a.commit === b.commit ? 0 : a.commit < b.commit ? -1 : 1);

const questions = {
  async 'append to a new stream with NO_STREAM'() {
    return append('new', events(3), { expectedRevision: NO_STREAM });
  },
  async 'NO_STREAM on an existing stream, new ids'() {
    await append('a', events(3), { expectedRevision: NO_STREAM });
    return append('a', events(1), { expectedRevision: NO_STREAM });
  },
  async 'NO_STREAM again with the same ids'() {
    const batch = events(3);
    const first = await append('b', batch, { expectedRevision: NO_STREAM });
    const again = await append('b', batch, { expectedRevision: NO_STREAM });
    return { first, again, stored: (await readIds('b')).length };
  },
  async 'NO_STREAM again with the same ids after later events'() {
    const batch = events(2);
    await append('b2', batch, { expectedRevision: NO_STREAM });
    await append('b2', events(2), { expectedRevision: 1n });
    const again = await append('b2', batch, { expectedRevision: NO_STREAM });
    return { again, stored: (await readIds('b2')).length };
  },
  async 'a concrete revision, twice with the same ids'() {
    await append('c', events(1), { expectedRevision: NO_STREAM });
    const batch = events(2);
    return {
      first: await append('c', batch, { expectedRevision: 0n }),
      again: await append('c', batch, { expectedRevision: 0n }),
      stored: (await readIds('c')).length,
    };
  },
  async 'a retry that holds only the first of two ids'() {
    const batch = events(2);
    await append('c2', batch, { expectedRevision: NO_STREAM });
    return {
      again: await append('c2', batch.slice(0, 1), { expectedRevision: NO_STREAM }),
      stored: (await readIds('c2')).length,
    };
  },
  async 'a retry that holds one id more'() {
    const batch = events(2);
    await append('c3', batch, { expectedRevision: NO_STREAM });
    return {
      again: await append('c3', [...batch, event()], { expectedRevision: NO_STREAM }),
      stored: (await readIds('c3')).length,
    };
  },
  async 'a wrong concrete revision'() {
    await append('d', events(3), { expectedRevision: NO_STREAM });
    return {
      tooHigh: await append('d', events(1), { expectedRevision: 10n }),
      tooLow: await append('d', events(1), { expectedRevision: 0n }),
    };
  },
  async 'a concrete revision on a missing stream'() {
    return append('missing1', events(1), { expectedRevision: 0n });
  },
  async 'STREAM_EXISTS on a missing and on an existing stream'() {
    const missing = await append('missing2', events(1), { expectedRevision: STREAM_EXISTS });
    await append('e', events(1), { expectedRevision: NO_STREAM });
    return { missing, existing: await append('e', events(1), { expectedRevision: STREAM_EXISTS }) };
  },
  async 'ANY twice with the same id'() {
    const batch = events(1);
    const first = await append('f', batch, { expectedRevision: ANY });
    await append('f', events(1), { expectedRevision: ANY });
    return {
      first,
      again: await append('f', batch, { expectedRevision: ANY }),
      stored: (await readIds('f')).length,
    };
  },
  async 'the same id twice within one append'() {
    const id = randomUUID();
    return {
      result: await append('g', [event('A', {}, id), event('B', {}, id)], { expectedRevision: NO_STREAM }),
      stored: (await readIds('g')).length,
    };
  },
  async 'the same id in two streams'() {
    const id = randomUUID();
    return {
      one: await append('g1', [event('A', {}, id)], { expectedRevision: NO_STREAM }),
      two: await append('g2', [event('A', {}, id)], { expectedRevision: NO_STREAM }),
    };
  },
  async 'an empty append'() {
    return {
      result: await append('empty', [], { expectedRevision: NO_STREAM }),
      read: await collect(client.readStream(stream('empty'))),
    };
  },
  async 'twenty appends at once with the same expected revision'() {
    await append('race', events(1), { expectedRevision: NO_STREAM });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => append('race', events(1), { expectedRevision: 0n })),
    );
    const kinds = {};
    for (const r of results) {
      const k = r.success ? 'success' : `${r.error.type}`;
      kinds[k] = (kinds[k] ?? 0) + 1;
    }
    return { kinds, stored: (await readIds('race')).length };
  },
  async 'two hundred streams appended at once'() {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) => append(`par${i}`, events(2), { expectedRevision: NO_STREAM })),
    );
    return { successes: results.filter((r) => r.success).length };
  },
  async 'an append of 2,000 small events'() {
    return {
      result: await append('many', events(2000), { expectedRevision: NO_STREAM }),
      stored: (await readIds('many')).length,
    };
  },
  async 'sizes of one event'() {
    const out = {};
    for (const [label, bytes] of [
      ['64 KiB', 65536],
      ['900 KiB', 921600],
      ['1 MiB', 1048576],
      ['2 MiB', 2097152],
    ]) {
      out[label] = await append(`size${bytes}`, [event('Big', { s: 'x'.repeat(bytes) })], {
        expectedRevision: NO_STREAM,
      });
    }
    return out;
  },
  async 'an append of 3 MiB in 48 events of 64 KiB'() {
    return append(
      'bulk',
      Array.from({ length: 48 }, () => event('Big', { s: 'x'.repeat(65536) })),
      { expectedRevision: NO_STREAM },
    );
  },
  async 'what a read event looks like'() {
    await append(
      'look',
      [
        event('Named', { a: [1, 'ü', null], b: { c: true } }, randomUUID(), {
          $correlationId: 'c1',
          who: 'me',
        }),
        binaryEvent({ type: 'Bin', data: Buffer.from([0, 1, 255]), metadata: Buffer.from([7]) }),
        event('NoMeta', {}),
      ],
      { expectedRevision: NO_STREAM },
    );
    return collect(client.readStream(stream('look')), (r) =>
      plain({
        keys: Object.keys(r).sort(),
        eventKeys: Object.keys(r.event).sort(),
        streamId: shown(r.event.streamId),
        revision: r.event.revision,
        type: r.event.type,
        isJson: r.event.isJson,
        data: r.event.isJson ? r.event.data : `bytes ${[...r.event.data]}`,
        metadata:
          r.event.metadata instanceof Uint8Array
            ? `bytes ${[...r.event.metadata]}`
            : (r.event.metadata ?? null),
        created: r.event.created instanceof Date ? 'Date' : typeof r.event.created,
        position: r.event.position ? Object.keys(r.event.position).sort() : null,
        commitPosition: typeof r.commitPosition,
        link: r.link ?? null,
      }),
    );
  },
  async 'reading a stream: directions, bounds, counts'() {
    await append('r', events(5), { expectedRevision: NO_STREAM });
    const read = (options) => collect(client.readStream(stream('r'), options));
    return {
      all: await read(),
      from2: await read({ fromRevision: 2n }),
      backFromEnd: await read({ direction: BACKWARDS, fromRevision: END }),
      backFrom2: await read({ direction: BACKWARDS, fromRevision: 2n, maxCount: 2 }),
      firstTwo: await read({ maxCount: 2 }),
      beyond: await read({ fromRevision: 99n }),
      backFromBeyond: await read({ direction: BACKWARDS, fromRevision: 99n, maxCount: 2 }),
      max0: await read({ maxCount: 0 }),
    };
  },
  async 'reading a missing stream'() {
    return {
      forwards: await collect(client.readStream(stream('nothing'))),
      backwards: await collect(
        client.readStream(stream('nothing'), { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
      ),
    };
  },
  async 'readAll starts at, or after, the position given'() {
    await append('p', events(4), { expectedRevision: NO_STREAM });
    const positions = await collect(client.readStream(stream('p')), (r) => r.event.position);
    const at = positions[1];
    const mine = (r) => (r.event?.streamId === stream('p') ? `${r.event.revision}` : null);
    const keep = async (options) => (await collect(client.readAll(options), mine)).filter((x) => x !== null);
    return plain({
      revisionsHavePositions: positions.every(Boolean),
      increasing: positions.every((x, i) => i === 0 || compare(positions[i - 1], x) < 0),
      commitEqualsPrepare: positions.every((x) => x.commit === x.prepare),
      forwardsFromSecond: await keep({ fromPosition: at, maxCount: 50 }),
      backwardsFromSecond: await keep({ fromPosition: at, direction: BACKWARDS, maxCount: 50 }),
    });
  },
  async 'appended position equals the last event’s position'() {
    const result = await within(
      client.appendToStream(stream('pos'), events(3), { expectedRevision: NO_STREAM }),
    );
    const positions = await collect(client.readStream(stream('pos')), (r) => r.event.position);
    return {
      equalsLast: result.position?.commit === positions.at(-1).commit,
      equalsFirst: result.position?.commit === positions[0].commit,
    };
  },
  async 'readAll holds system events and links'() {
    const types = await collect(client.readAll({ maxCount: 500 }), (r) => r.event?.type ?? 'null event');
    return { someSystem: types.some((t) => t.startsWith('$')) };
  },
  async 'subscribeToAll from a position is exclusive, with a stream prefix filter'() {
    await append('s1', events(4), { expectedRevision: NO_STREAM });
    const positions = await collect(client.readStream(stream('s1')), (r) => r.event.position);
    const filter = streamNameFilter({ prefixes: [stream('s1')] });
    return {
      fromSecond: await follow(
        client.subscribeToAll({ fromPosition: positions[1], filter }),
        (s) => s.length >= 2,
      ),
      fromStart: await follow(client.subscribeToAll({ fromPosition: START, filter }), (s) => s.length >= 4),
    };
  },
  async 'subscribeToAll goes on live, in order'() {
    const filter = streamNameFilter({ prefixes: [stream('live')] });
    await append('live-1', events(2), { expectedRevision: NO_STREAM });
    const following = follow(client.subscribeToAll({ fromPosition: START, filter }), (s) => s.length >= 5);
    await new Promise((r) => setTimeout(r, 600));
    await append('live-2', events(2), { expectedRevision: NO_STREAM });
    await append('live-1', events(1), { expectedRevision: 1n });
    return following;
  },
  async 'marks of a subscription that has caught up'() {
    await append('marks', events(2), { expectedRevision: NO_STREAM });
    const subscription = client.subscribeToStream(stream('marks'), { fromRevision: START });
    const order = [];
    for (const mark of ['confirmation', 'caughtUp', 'fellBehind'])
      subscription.on(mark, () => order.push(mark));
    subscription.on('data', (r) => order.push(`${r.event.revision}`));
    await new Promise((r) => setTimeout(r, 1500));
    await within(subscription.unsubscribe(), 2000).catch(() => {});
    return {
      marks: order.filter((x) => Number.isNaN(Number(x))),
      events: order.filter((x) => !Number.isNaN(Number(x))),
    };
  },
  async 'subscribeToAll from END sees only what comes'() {
    await append('end', events(2), { expectedRevision: NO_STREAM });
    const following = follow(
      client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [stream('end')] }) }),
      (s) => s.length >= 1,
    );
    await new Promise((r) => setTimeout(r, 600));
    await append('end', events(1), { expectedRevision: 1n });
    return following;
  },
  async 'a filter by event type, and the checkpoints it reports'() {
    await append('types', [event(`Kept${run}.one`), event('Dropped'), event(`Kept${run}.two`)], {
      expectedRevision: NO_STREAM,
    });
    let checkpoints = 0;
    const filter = eventTypeFilter({
      prefixes: [`Kept${run}.`],
      checkpointInterval: 1,
      checkpointReached: async () => {
        checkpoints += 1;
      },
    });
    const result = await follow(client.subscribeToAll({ fromPosition: START, filter }), (s) => s.length >= 2);
    return { seen: result.seen.map(shown), ended: result.ended, anyCheckpoint: checkpoints > 0 };
  },
  async excludeSystemEvents() {
    const types = await follow(
      client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() }),
      (s) => s.length >= 20,
      4000,
      (r) => r.event?.type ?? 'null',
    );
    return { anySystem: types.seen.some((t) => t.startsWith('$')) };
  },
  async 'subscribeToStream to a stream that does not exist yet'() {
    const following = follow(
      client.subscribeToStream(stream('later'), { fromRevision: START }),
      (s) => s.length >= 2,
    );
    await new Promise((r) => setTimeout(r, 600));
    await append('later', events(2), { expectedRevision: NO_STREAM });
    return following;
  },
  async 'subscribeToStream from a revision is exclusive'() {
    await append('sr', events(4), { expectedRevision: NO_STREAM });
    return follow(client.subscribeToStream(stream('sr'), { fromRevision: 1n }), (s) => s.length >= 2);
  },
  async 'a deleted stream: reading, and appending again'() {
    await append('del', events(3), { expectedRevision: NO_STREAM });
    const deleted = await attempt(client.deleteStream(stream('del')));
    const read = await collect(client.readStream(stream('del')));
    const again = await append('del', events(1), { expectedRevision: NO_STREAM });
    return {
      deleted: deleted.error ? deleted : { success: true },
      read,
      again,
      readAgain: await collect(client.readStream(stream('del'))),
    };
  },
  async 'a tombstoned stream: reading, and appending again'() {
    await append('tomb', events(3), { expectedRevision: NO_STREAM });
    await attempt(client.tombstoneStream(stream('tomb')));
    return {
      read: await collect(client.readStream(stream('tomb'))),
      again: await append('tomb', events(1), { expectedRevision: ANY }),
    };
  },
  async 'stream metadata: maxCount keeps only the newest'() {
    await append('meta', events(5), { expectedRevision: NO_STREAM });
    await attempt(client.setStreamMetadata(stream('meta'), { maxCount: 2 }));
    return collect(client.readStream(stream('meta')));
  },
  async 'odd names and ids'() {
    const out = {};
    for (const name of ['with space', 'ünï-çødé', 'a/b?c#d', 'x'.repeat(500)])
      out[name.length > 20 ? 'long (500)' : name] = await append(name, events(1), {
        expectedRevision: NO_STREAM,
      });
    out['$ stream'] = await attempt(
      client
        .appendToStream(`$observe${run}`, events(1), { expectedRevision: NO_STREAM })
        .then(() => 'allowed'),
    );
    out['upper-case uuid reads back as'] = await (async () => {
      const id = randomUUID().toUpperCase();
      await append('upper', [event('T', {}, id)], { expectedRevision: NO_STREAM });
      const [back] = await readIds('upper');
      return back === id ? 'upper' : back === id.toLowerCase() ? 'lower' : 'other';
    })();
    return out;
  },
  async 'order of $all over streams appended one after another'() {
    for (let i = 0; i < 5; i += 1)
      await append(`ord-${i % 2}`, events(1, `T${i}`), { expectedRevision: ANY });
    const rows = await follow(
      client.subscribeToAll({
        fromPosition: START,
        filter: streamNameFilter({ prefixes: [stream('ord-')] }),
      }),
      (s) => s.length >= 5,
      6000,
      (r) => r.event.type,
    );
    return rows.seen;
  },
  async 'persistent subscription: create, create again, missing group'() {
    const create = () =>
      attempt(
        client
          .createPersistentSubscriptionToStream(
            stream('ps'),
            'g',
            persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
          )
          .then(() => 'created'),
      );
    const first = await create();
    const second = await create();
    const missing = await follow(
      client.subscribeToPersistentSubscriptionToStream(stream('ps'), 'no-such-group'),
      () => false,
      2500,
    );
    return { first, second, missing };
  },
  async 'persistent subscription: ack, retry, park, replay parked'() {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({
      startFrom: START,
      maxRetryCount: 2,
      messageTimeout: 2000,
      checkPointAfter: 200,
      checkPointLowerBound: 1,
    });
    await attempt(client.createPersistentSubscriptionToStream(stream('pw'), 'g', settings));
    await append('pw', [event('Good'), event('Park'), event('Retry'), event('Skip')], {
      expectedRevision: NO_STREAM,
    });
    const handled = [];
    const take = (ms, until) =>
      new Promise((resolve) => {
        const sub = client.subscribeToPersistentSubscriptionToStream(stream('pw'), 'g', { bufferSize: 4 });
        const end = async () => {
          clearTimeout(timer);
          try {
            await within(sub.unsubscribe(), 2000);
          } catch {
            /* ended */
          }
          resolve();
        };
        const timer = setTimeout(end, ms);
        sub.on('error', end);
        sub.on('data', async (r) => {
          handled.push(`${r.event.type}#${r.retryCount ?? 0}`);
          if (r.event.type === 'Park' && !until) await sub.nack(PARK, 'poison', r);
          else if (r.event.type === 'Retry' && (r.retryCount ?? 0) < 1) await sub.nack(RETRY, 'again', r);
          else if (r.event.type === 'Skip') await sub.nack(SKIP, 'skip', r);
          else await sub.ack(r);
          if (until && handled.includes(until)) setTimeout(end, 300);
        });
      });
    await take(3000);
    const first = [...handled];
    handled.length = 0;
    const replay = await attempt(client.replayParkedMessagesToStream(stream('pw'), 'g').then(() => 'asked'));
    await take(4000, 'Park#0');
    return { first: first.sort(), replay, afterReplay: handled.sort() };
  },
  async 'persistent subscription: unacked messages come again after the time-out'() {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({
      startFrom: START,
      maxRetryCount: 3,
      messageTimeout: 1000,
    });
    await attempt(client.createPersistentSubscriptionToStream(stream('pt'), 'g', settings));
    await append('pt', events(1), { expectedRevision: NO_STREAM });
    const result = await follow(
      client.subscribeToPersistentSubscriptionToStream(stream('pt'), 'g'),
      (s) => s.length >= 2,
      5000,
      (r) => `${r.event.type}#${r.retryCount ?? 0}`,
    );
    return { seen: result.seen };
  },
  async 'an id that is no uuid, an empty type, an empty stream name; then the default deadline of 10 s passes'() {
    const out = {
      id: await append('badid', [jsonEvent({ id: 'not-a-uuid', type: 'T', data: {} })], {
        expectedRevision: NO_STREAM,
      }),
      type: await append('notype', [event('', {})], { expectedRevision: NO_STREAM }),
      stream: await attempt(client.appendToStream('', events(1), { expectedRevision: ANY })),
    };
    await new Promise((r) => setTimeout(r, 11_000));
    return out;
  },
};

const answers = {};
let uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(`${error.name}: ${error.message.split('\n')[0]}`));
process.on('unhandledRejection', (error) =>
  uncaught.push(`unhandled ${error?.name}: ${String(error?.message).split('\n')[0]}`),
);
for (const [name, ask] of Object.entries(questions)) {
  if (only && !only.has(name)) continue;
  uncaught = [];
  try {
    answers[name] = plain(await within(ask(), 30_000));
  } catch (error) {
    answers[name] = { failed: errorOf(error), message: shown(error?.message ?? error) };
  }
  if (uncaught.length > 0)
    answers[name] = { answer: answers[name], thrownOutsideAnyPromise: [...new Set(uncaught)] };
  process.stderr.write(uncaught.length > 0 ? '!' : '.');
}
process.stderr.write('\n');
console.log(JSON.stringify(answers, null, 1));
await within(client.dispose(), 3000).catch(() => {});
process.exit(0);
