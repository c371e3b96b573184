import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inboundTypes } from '../../src/application/ingest/inbound-types.js';
import { Clock } from '../../src/application/ports/clock.js';
import { MAX_BASE_URL } from '../../src/domain/bounds.js';
import { version } from '../../src/version.js';
import { samples } from '../samples.js';
import { anEvent, aPost } from './events.js';
import { EVENT_TYPE, JSON_TYPE, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

interface Receipt {
  readonly status: string;
  readonly source: string;
  readonly id: string;
}

interface Contract {
  readonly components: {
    readonly messages: Readonly<
      Record<string, { readonly title: string; readonly examples: readonly [{ readonly payload: unknown }] }>
    >;
  };
}

interface BatchAnswer {
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly results: readonly {
    readonly index: number;
    readonly status: string;
    readonly id?: string;
    readonly problem?: ProblemBody;
  }[];
}

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

/** The types of the recorded events that an inbound event stands behind. */
const recordedOf = async (id: string) =>
  (await herald.events()).filter(({ metadata }) => metadata.sourceId === id).map(({ type }) => type);

describe('text and addresses', () => {
  const eventOf = async (id: string) =>
    (await herald.events()).find(({ metadata }) => metadata.sourceId === id);

  it('of several lines is taken as one line, and the log keeps what was sent', async () => {
    const reason = 'Error validating access token:\nthe session was ended.';
    const title = 'Two lines\r\nof title';
    const events = [
      anEvent('lines-reason', 'social-account.token-invalidated', { accountId: 'lines', reason }),
      aPost('lines-title', { title }),
    ];
    expect(await herald.publishAll(events)).toMatchObject({ status: 202 });
    expect(await eventOf('lines-reason')).toMatchObject({
      data: { reason: 'Error validating access token: the session was ended.' },
      metadata: { asSent: { reason } },
    });
    expect(await eventOf('lines-title')).toMatchObject({
      data: { title: 'Two lines of title' },
      metadata: { asSent: { title } },
    });
    // The same event again is the same, and another with its id is not.
    expect((await herald.publish(aPost('lines-title', { title }))).text).toContain('duplicate');
    expect(await herald.publish(aPost('lines-title', { title: 'Two lines of title' }))).toMatchObject({
      ...{ status: 409, body: { code: 'idempotency-conflict' } },
    });
  });

  it('with a domain in another script is converted, and the log keeps what was sent', async () => {
    const added = anEvent('idn', 'partner-user.added', {
      ...{ userId: 'idn', partnerId: 'partner-1', name: 'Nora', email: 'nora@bücher.example', role: 'admin' },
    });
    expect(await herald.publish(added)).toMatchObject({ status: 202 });
    expect(await eventOf('idn')).toMatchObject({
      data: { email: 'nora@xn--bcher-kva.example' },
      metadata: { asSent: { email: 'nora@bücher.example' } },
    });
    expect((await eventOf('lines-reason'))?.metadata.asSent).not.toHaveProperty('email');
  });

  it('that no mail can have is refused, also as a sender or an escalation contact', async () => {
    const long = `${'n'.repeat(65)}@meridian.example`;
    const [solution] = SMALL_WORLD;
    const answer = await herald.publish<ProblemBody>({
      ...solution,
      id: 'bad-sender',
      data: {
        ...solution?.data,
        sender: { name: 'Meridian', address: long },
        escalationEmail: 'a@b@c.example',
      },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-event-data' } });
    expect(answer.body.errors).toEqual([
      {
        field: 'data.sender.address',
        message: expect.stringContaining('more than 64 octets are before the @'),
      },
      { field: 'data.escalationEmail', message: expect.stringContaining('it has more than one @') },
    ]);
    expect(await eventOf('bad-sender')).toBeUndefined();
  });
});

describe('one event', () => {
  it('is taken in structured mode', async () => {
    const answer = await herald.publish<Receipt>(aPost('structured'));
    expect(answer).toMatchObject({ status: 202, type: JSON_TYPE });
    expect(answer.body).toEqual({
      ...{ status: 'accepted', source: '/test', id: 'structured' },
      unknownPartner: true,
    });
    expect(await recordedOf('structured')).toEqual(['PostAwaitingApproval']);
  });

  it('is taken as plain JSON', async () => {
    expect(await herald.post('/v1/events', JSON_TYPE, aPost('plain'))).toMatchObject({ status: 202 });
    expect(await recordedOf('plain')).toEqual(['PostAwaitingApproval']);
  });

  it('is taken in binary mode, percent-encoded where it must be', async () => {
    const { data, ...attributes } = aPost('binary ü');
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURI(value)]),
    );
    const answer = await herald.send<Receipt>('/v1/events', {
      method: 'POST',
      headers: { ...headers, 'content-type': JSON_TYPE },
      body: JSON.stringify(data),
    });
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted', id: 'binary ü' } });
    expect(await recordedOf('binary ü')).toEqual(['PostAwaitingApproval']);
  });

  it('keeps its text, also when the network cuts a character in two', async () => {
    const title = 'Mira Yılmaz 🎉 春';
    const bytes = Buffer.from(JSON.stringify(aPost('cut', { title })));
    const middle = bytes.indexOf('🎉') + 2;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, middle));
        controller.enqueue(bytes.subarray(middle));
        controller.close();
      },
    });
    const headers = { 'content-type': EVENT_TYPE };
    const init: RequestInit = { method: 'POST', headers, body, duplex: 'half' };
    expect(await herald.send('/v1/events', init)).toMatchObject({ status: 202 });
    const recorded = (await herald.events()).find(({ metadata }) => metadata.sourceId === 'cut');
    expect(recorded?.data.title).toBe(title);
  });

  it('records its time, source and correlation', async () => {
    await herald.publish({ ...aPost('whence'), correlationid: 'c-1', time: '2026-03-02T09:30:00+01:00' });
    const recorded = (await herald.events()).find(({ metadata }) => metadata.sourceId === 'whence');
    expect(recorded?.metadata).toMatchObject({
      ...{ $correlationId: 'c-1', actor: 'platform', source: '/test' },
      ...{ occurredAt: '2026-03-02T08:30:00.000Z', recordedAt: '2026-03-02T09:00:00.000Z' },
    });
  });

  it('may be five minutes ahead of the clock, and no more', async () => {
    const five = { ...aPost('soon'), time: '2026-03-02T09:05:00Z' };
    const more = { ...aPost('later'), time: '2026-03-02T09:05:00.001Z' };
    expect(await herald.publish(five)).toMatchObject({ status: 202 });
    const refused = await herald.publish<ProblemBody>(more);
    const message = expect.stringMatching(
      /5 minutes ahead .* test clock, which says 2026-03-02T09:00:00.000Z/,
    );
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'time', message }] } });
    expect(await recordedOf('later')).toEqual([]);
  });
});

describe('a clock that is behind', () => {
  it('refuses nothing for good: where all events are from the future they may come again', async () => {
    const behind = await startTestHerald({ HERALD_CLOCK: 'system', HERALD_CLOCK_START: undefined });
    vi.spyOn(behind.herald.app.get(Clock), 'now').mockImplementation(() => '2026-03-01T09:00:00.000Z');
    const [now, before] = [aPost('now'), { ...aPost('before'), time: '2026-02-28T09:00:00Z' }];
    try {
      for (const answer of [
        await behind.publish<ProblemBody>(now),
        await behind.publishAll<ProblemBody>([now, { ...now, id: 'other' }]),
      ])
        expect(answer).toMatchObject({ status: 503, body: { code: 'clock-behind' } });
      // One that is in time shows that the clock may be right.
      expect(await behind.publishAll(['no event', now])).toMatchObject({ status: 400 });
      expect(await behind.publishAll([now, before])).toMatchObject({ status: 207 });
    } finally {
      await behind.stop();
    }
  });
});

describe('the same event twice', () => {
  it('is a duplicate, and nothing is appended', async () => {
    await herald.publish(aPost('twice'));
    const head = await herald.head();
    const { id, data, ...others } = aPost('twice');
    const answer = await herald.publish<Receipt>({ data, ...others, id });
    expect(answer).toMatchObject({ status: 202, body: { status: 'duplicate', id: 'twice' } });
    expect(await herald.head()).toBe(head);
  });

  it('is another event when its source is another', async () => {
    await herald.publish(aPost('shared'));
    const other = await herald.publish<Receipt>({ ...aPost('shared'), source: '/other' });
    expect(other.body.status).toBe('accepted');
    expect(await recordedOf('shared')).toHaveLength(2);
  });

  it('is recorded once, although twenty requests bring it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => herald.publish<Receipt>(aPost('race'))),
    );
    const statuses = answers.map(({ body }) => body.status).sort();
    expect(statuses).toEqual(['accepted', ...Array<string>(19).fill('duplicate')]);
    expect(await recordedOf('race')).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('of large events is taken as a whole', async () => {
    const address = 'https://portal.acme.example/';
    const letters = '漢'.repeat(Math.floor((MAX_BASE_URL - address.length) / 9));
    const solution = (n: number) =>
      anEvent(`large-${n}`, 'solution.configured', {
        ...{ solutionId: 'large', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
        baseUrl: `${address}${letters}`,
        sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
      });
    const solutions = Array.from({ length: 600 }, (_, n) => solution(n));
    const answer = await herald.publishAll<BatchAnswer>(solutions);
    expect(answer).toMatchObject({ status: 202, body: { accepted: solutions.length } });
  });

  it('refuses an address that is too long only when it is encoded, and takes the rest', async () => {
    const [solution, partner] = SMALL_WORLD;
    const data = {
      ...solution?.data,
      baseUrl: `https://portal.acme.example/${'漢'.repeat(MAX_BASE_URL / 9)}`,
    };
    const answer = await herald.publishAll<BatchAnswer>([partner, { ...solution, id: 'too-long', data }]);
    expect(answer).toMatchObject({
      status: 207,
      body: { results: [{ status: 'accepted' }, { problem: { errors: [{ field: 'data.baseUrl' }] } }] },
    });
  });

  it('keeps the good events, and says in order what became of each', async () => {
    const answer = await herald.publishAll<BatchAnswer>([
      aPost('good-1'),
      anEvent('bad', 'partner.zone-changed', { partnerId: 'p', timeZone: 'Mars/Olympus' }),
      aPost('good-2'),
      'no event',
      aPost('good-1'),
    ]);
    expect(answer).toMatchObject({ status: 207, type: JSON_TYPE });
    expect(answer.body).toMatchObject({ accepted: 2, duplicate: 1, refused: 2 });
    expect(answer.body.results).toMatchObject([
      { index: 0, status: 'accepted', id: 'good-1' },
      {
        index: 1,
        status: 'refused',
        problem: { code: 'invalid-event-data', errors: [{ field: 'data.timeZone' }] },
      },
      { index: 2, status: 'accepted', id: 'good-2' },
      { index: 3, status: 'refused', problem: { code: 'invalid-cloudevent', errors: [{ field: 'event' }] } },
      { index: 4, status: 'duplicate', id: 'good-1' },
    ]);
    expect(await recordedOf('good-1')).toHaveLength(1);
    expect(await recordedOf('good-2')).toHaveLength(1);
    expect(await recordedOf('bad')).toEqual([]);
  });

  it('of which nothing is good is a problem', async () => {
    const head = await herald.head();
    const answer = await herald.publishAll<BatchAnswer & ProblemBody>([
      { ...aPost('worst'), id: 7 },
      aPost('worse', { postId: '' }),
    ]);
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' });
    expect(answer.body).toMatchObject({ code: 'batch-refused', accepted: 0, refused: 2 });
    const fields = answer.body.results.map(({ problem }) => problem?.errors?.[0]?.field);
    expect(fields).toEqual(['id', 'data.postId']);
    expect(await herald.head()).toBe(head);
  });

  it('is also a list of plain JSON', async () => {
    const answer = await herald.post<BatchAnswer>('/v1/events', JSON_TYPE, [aPost('list')]);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1, results: [{ id: 'list' }] } });
  });

  it('holds a thousand events, and may be sent again', async () => {
    const events = Array.from({ length: 1000 }, (_, n) => aPost(`many-${n}`, { partnerId: `many-${n % 7}` }));
    expect((await herald.publishAll<BatchAnswer>(events)).body).toMatchObject({ accepted: 1000 });
    const head = await herald.head();
    const again = await herald.publishAll<BatchAnswer>(events);
    expect(again.body).toMatchObject({ accepted: 0, duplicate: 1000, refused: 0 });
    expect(await herald.head()).toBe(head);
  });
});

describe('the contract', () => {
  it('is served as AsyncAPI', async () => {
    const answer = await herald.get<Contract>('/asyncapi.json');
    expect(answer).toMatchObject({ status: 200, type: JSON_TYPE });
    expect(answer.body).toMatchObject({ asyncapi: '3.0.0', info: { version } });
    const messages = Object.values(answer.body.components.messages);
    expect(messages.map(({ title }) => title).sort()).toEqual([...inboundTypes].sort());
  });

  it('has an example of every message, and each is accepted', async () => {
    const other = await startTestHerald({ HERALD_CLOCK_START: '2026-07-01T00:00:00.000Z' });
    try {
      const { body } = await other.get<Contract>('/asyncapi.json');
      const examples = Object.values(body.components.messages).map(({ examples: [example] }) => example);
      expect(examples).toHaveLength(inboundTypes.length);
      for (const example of examples)
        expect(await other.publish<Receipt>(example.payload)).toMatchObject({
          ...{ status: 202, body: { status: 'accepted' } },
        });
    } finally {
      await other.stop();
    }
  });

  it.each(samples)('takes the sample of %s, once', async (type, sample) => {
    const other = await startTestHerald({ HERALD_CLOCK_START: sample.time });
    try {
      expect(await other.publish<Receipt>(sample)).toMatchObject({
        ...{ status: 202, type: JSON_TYPE },
        body: { status: 'accepted', id: sample.id },
      });
      const [recorded] = await other.events();
      expect(recorded?.metadata, type).toMatchObject({ source: sample.source, sourceId: sample.id });
      expect((await other.publish<Receipt>(sample)).body.status).toBe('duplicate');
    } finally {
      await other.stop();
    }
  });
});
