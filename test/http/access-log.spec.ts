import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessLog } from '../../src/application/access-log/access-log.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { GetDifferenceHandler } from '../../src/application/read-models/administration/get-difference.js';
import { ANONYMOUS, type Principal } from '../../src/domain/access/principal.js';
import {
  MAX_ACCESS_RECORDS_PER_STREAM,
  MAX_ASKED_FIELDS,
  MAX_ASKED_LENGTH,
  MAX_EVENTS_PER_APPEND,
  MAX_PURPOSE,
} from '../../src/domain/bounds.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { AccessGuard } from '../../src/infrastructure/http/access/access-guard.js';
import { askedOf } from '../../src/infrastructure/http/access/asked.js';
import { withoutJavaScript } from '../console/without-javascript.js';
import { JSON_TYPE, PROBLEM_TYPE, type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

interface Page {
  readonly items: readonly {
    readonly action: string;
    readonly principalId: string;
    readonly asked: Readonly<Record<string, string>>;
    readonly solutions: readonly string[];
  }[];
  readonly next: string | null;
}

const GRACE: Principal = { id: 'key:grace', name: 'Grace', role: 'admin', scope: 'all' };
const AURORA: Principal = { id: 'key:aurora', name: 'Aurora', role: 'admin', scope: ['aurora'] };
const BOTH: Principal = { id: 'key:both', name: 'Both', role: 'auditor', scope: ['aurora', 'rival'] };

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await herald.stop();
});

/** All requests from now on are this principal's. */
const actAs = (principal: Principal) =>
  vi.spyOn(AccessGuard.prototype, 'canActivate').mockImplementation(async (context: ExecutionContext) => {
    context.switchToHttp().getRequest<FastifyRequest>().principal = principal;
    return true;
  });

const records = async () => (await herald.events()).filter(({ stream }) => stream.startsWith('accessLog-'));

const list = async (query = ''): Promise<Page> => {
  await herald.settled();
  return (await herald.get<Page>(`/v1/access-log${query}`)).body;
};

describe('a read of personal data', () => {
  it('is on record when its answer arrives: who, what, for what purpose, and which request', async () => {
    actAs(GRACE);
    const answer = await herald.send('/v1/people?partner=linden&limit=10', {
      headers: { 'herald-purpose': 'Ticket 42:\tGreta asks what we hold', 'x-request-id': 'request-7' },
    });
    expect(answer.status).toBe(200);
    expect(await records()).toEqual([
      expect.objectContaining({
        type: 'AccessRecorded',
        stream: expect.stringMatching(/^accessLog-2026-03-02\.[0-9a-f-]{36}\.0$/),
        data: {
          accessId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          principalId: 'key:grace',
          principalName: 'Grace',
          role: 'admin',
          permission: 'history:read',
          action: 'GET /v1/people',
          asked: { partner: 'linden', limit: '10' },
          purpose: 'Ticket 42: Greta asks what we hold',
          solutions: [],
          status: 200,
        },
        metadata: expect.objectContaining({ actor: 'key:grace', $correlationId: 'request-7' }),
      }),
    ]);
  });

  it('is on record also if there is nothing, but not if the question was refused', async () => {
    actAs(GRACE);
    const nobody = '/v1/notifications/11111111-1111-4111-8111-111111111111';
    expect((await herald.get(`${nobody}/why`)).status).toBe(404);
    expect((await herald.get('/v1/people?nonsense=1')).status).toBe(400);
    expect((await records()).map(({ data }) => [data.action, data.asked, data.status])).toEqual([
      ['GET /v1/notifications/:id/why', { id: nobody.slice(18) }, 404],
    ]);
  });

  it('is not recorded while access is open, because there is nobody to name', async () => {
    expect((await herald.get('/v1/people')).status).toBe(200);
    expect(await records()).toEqual([]);
  });

  it('is refused while no record can be written, and answered again after that', async () => {
    actAs(GRACE);
    const append = vi.spyOn(herald.herald.app.get(EventStore), 'append');
    append.mockRejectedValue(new Error('disk full: /var/lib/herald'));
    expect(await herald.get<ProblemBody>('/v1/people')).toMatchObject({
      status: 503,
      type: PROBLEM_TYPE,
      body: {
        code: 'access-log-unavailable',
        detail: expect.stringContaining('nothing is read or changed unrecorded'),
      },
    });
    expect((await herald.get('/v1/projections')).status).toBe(200);
    append.mockRestore();
    expect((await herald.get('/v1/people')).status).toBe(200);
  });

  it('includes the samples of a difference between two builds, which are documents', async () => {
    actAs(GRACE);
    vi.spyOn(GetDifferenceHandler.prototype, 'execute').mockRejectedValue(
      new HeraldError('not-found', 'No such build.'),
    );
    expect((await herald.get('/v1/projections/people/difference')).status).toBe(404);
    expect((await records()).map(({ data }) => data.action)).toEqual([
      'GET /v1/projections/:name/difference',
    ]);
  });
});

it('An API key is named in what it reads and changes', async () => {
  const { auditor, admin } = await herald.withKeys({
    auditor: { role: 'auditor', solutions: ['aurora'] },
  });
  await auditor.get('/v1/people?partner=linden');
  await herald.settled();
  const { body } = await admin.get<Page>(`/v1/access-log?principal=key:${auditor.id}`);
  expect(body.items).toEqual([
    expect.objectContaining({
      ...{ action: 'GET /v1/people', asked: { partner: 'linden' }, status: 200 },
      ...{ principalName: 'auditor', role: 'auditor', solutions: ['aurora'] },
    }),
  ]);
  const changes = (await records()).filter(({ data }) => data.action === 'POST /v1/keys');
  expect(changes.map(({ data }) => data.principalId)).toEqual(['anonymous', `key:${admin.id}`]);
});

it('What a new key is allowed is on record, of the API and of the console', async () => {
  const { admin } = await herald.withKeys({});
  const grant = { name: 'CMS', role: 'publisher', solutions: ['aurora', 'rival'], sources: ['/cms'] };
  await admin.post('/v1/keys', JSON_TYPE, { ...grant, expiresIn: 86_400 });
  await admin.post('/v1/keys', JSON_TYPE, {
    name: 'All',
    role: 'auditor',
    solutions: 'all',
    expiresAt: null,
  });
  const form = { name: 'Form', role: 'auditor', reach: 'some', solutions: 'aurora\r\nrival', lifetime: '30' };
  expect((await withoutJavaScript(herald, admin.key).submit('/console/keys', form)).status).toBe(200);
  expect((await admin.post('/v1/keys', JSON_TYPE, { ...grant, role: 'none' })).status).toBe(400);
  await herald.settled();
  const { body } = await admin.get<Page>(`/v1/access-log?principal=key:${admin.id}&action=POST /v1/keys`);
  expect(body.items.map(({ asked, solutions }) => ({ asked, solutions }))).toEqual([
    {
      asked: { name: 'All', role: 'auditor', solutions: 'all', expiresAt: 'null' },
      solutions: [],
    },
    {
      asked: {
        ...{ name: 'CMS', role: 'publisher', solutions: 'aurora, rival', sources: '/cms' },
        expiresIn: '86400',
      },
      solutions: ['aurora', 'rival'],
    },
  ]);
  const ofConsole = await admin.get<Page>('/v1/access-log?solution=rival&action=POST /console/keys');
  expect(ofConsole.body.items).toEqual([
    expect.objectContaining({
      asked: { name: 'Form', role: 'auditor', solutions: 'aurora, rival', expiresIn: '2592000' },
      solutions: ['aurora', 'rival'],
    }),
  ]);
});

it('What machines ask again and again is not recorded', async () => {
  actAs(GRACE);
  for (const path of ['/health', '/metrics', '/v1/projections', '/v1/sending', '/v1/clock', '/errors'])
    expect((await herald.get(path)).status).toBe(200);
  expect(await records()).toEqual([]);
});

describe('a change', () => {
  it('is on record before it is carried out, also while access is open, and its answer after it', async () => {
    const hold = () => herald.post('/v1/sending/hold', JSON_TYPE, { reason: 'Maintenance' });
    expect((await hold()).status).toBe(200);
    const [asked, answered] = await records();
    expect(asked).toMatchObject({
      type: 'AccessRecorded',
      data: {
        principalId: 'anonymous',
        permission: 'operations:manage',
        action: 'POST /v1/sending/hold',
        asked: {},
      },
      metadata: { actor: 'anonymous' },
    });
    expect(asked?.data).not.toHaveProperty('status');
    expect(answered).toMatchObject({
      type: 'AccessAnswered',
      data: { accessId: asked?.data.accessId, status: 200 },
    });
    expect((await list()).items).toEqual([
      expect.objectContaining({ accessId: asked?.data.accessId, status: 200, principalId: ANONYMOUS.id }),
    ]);
  });

  it('that was refused is on record with the status of the refusal', async () => {
    expect((await herald.send('/v1/projections/people/swap', { method: 'POST' })).status).toBe(409);
    expect((await records()).map(({ type, data }) => [type, data.status])).toEqual([
      ['AccessRecorded', undefined],
      ['AccessAnswered', 409],
    ]);
  });

  it('that is no valid request is not on record', async () => {
    for (const body of [{}, { reason: 7 }, { reason: 'x', nonsense: 1 }, 'no JSON'])
      expect((await herald.post('/v1/sending/hold', JSON_TYPE, body)).status).toBe(400);
    expect(await records()).toEqual([]);
  });

  it('is not carried out while no record can be written', async () => {
    const append = vi.spyOn(herald.herald.app.get(EventStore), 'append');
    append.mockRejectedValue(new Error('disk full'));
    const reason = { reason: 'Maintenance' };
    const refused = await herald.post<ProblemBody>('/v1/sending/hold', JSON_TYPE, reason);
    expect(refused).toMatchObject({ status: 503, body: { code: 'access-log-unavailable' } });
    expect((await herald.get('/v1/sending')).body).toMatchObject({ held: false });
  });
});

describe('the purpose', () => {
  const asked = (purpose: string) =>
    herald.send<ProblemBody>('/v1/people', { headers: { 'herald-purpose': purpose } });

  it('has 500 characters, and one more is refused before anything is read', async () => {
    actAs(GRACE);
    expect((await asked('x'.repeat(MAX_PURPOSE))).status).toBe(200);
    expect(await asked('x'.repeat(MAX_PURPOSE + 1))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ field: 'Herald-Purpose' }] },
    });
    expect(await records()).toHaveLength(1);
  });

  it('may be in any language, as UTF-8', async () => {
    actAs(GRACE);
    await asked(Buffer.from('Prüfung für 日本').toString('latin1'));
    await asked('Pr\u00fcfung');
    expect((await records()).map(({ data }) => data.purpose)).toEqual(['Prüfung für 日本', 'Prüfung']);
  });
});

describe('what was asked for', () => {
  it('is kept up to a length, as one line', () => {
    const long = 'x'.repeat(MAX_ASKED_LENGTH);
    expect(askedOf({ id: `${long}yz` }, { q: 'a\r\nb\u0000\u2028c', other: long })).toEqual({
      q: 'a b c',
      other: long,
      id: long,
    });
  });

  it('is kept up to a number of fields', () => {
    const query = Object.fromEntries(Array.from({ length: MAX_ASKED_FIELDS + 1 }, (_, n) => [`q${n}`, 'x']));
    expect(Object.keys(askedOf({}, query))).toHaveLength(MAX_ASKED_FIELDS);
  });
});

describe('the streams of the access log', () => {
  const at = '2026-03-02T09:00:00.000Z';
  const record = (n: number) =>
    herald.herald.app.get(AccessLog, { strict: false }).record({
      command: { type: 'RecordAnswer', data: { accessId: 'a', solutions: [], status: 200 }, at },
      context: { actor: 'key:grace', commandId: String(n) },
    });

  it('take records of the same time by one append, those beyond its bound by another', async () => {
    const append = vi.spyOn(herald.herald.app.get(EventStore), 'append');
    // The first is alone; the others wait for its end.
    await Promise.all(Array.from({ length: 1 + MAX_EVENTS_PER_APPEND + 1 }, (_, n) => record(n)));
    expect(append.mock.calls.map(([, events]) => events.length)).toEqual([1, MAX_EVENTS_PER_APPEND, 1]);
  });

  it('have a bounded length each', async () => {
    for (let n = 0; n < MAX_ACCESS_RECORDS_PER_STREAM; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, m) => record(n + m)));
    await record(-1);
    const streams = (await records()).map(({ stream }) => stream.split('.').at(-1));
    expect(streams.filter((part) => part === '0')).toHaveLength(MAX_ACCESS_RECORDS_PER_STREAM);
    expect(streams.filter((part) => part === '1')).toHaveLength(1);
  });
});

describe('GET /v1/access-log', () => {
  /** While access is open, the test clock is not recorded. */
  const moveTo = async (now: string) => {
    vi.restoreAllMocks();
    await herald.moveTo(now);
  };
  const some = async () => {
    actAs(GRACE);
    await herald.get('/v1/people?person=greta');
    await moveTo('2026-03-02T10:00:00.000Z');
    actAs(GRACE);
    await herald.get('/v1/people?partner=linden');
    await herald.get('/v1/notifications?solution=aurora');
    await moveTo('2026-03-02T11:00:00.000Z');
    actAs(AURORA);
    await herald.get('/v1/social-accounts?partner=nordlicht');
    await herald.get('/v1/notifications?solution=rival');
    await moveTo('2026-03-02T12:00:00.000Z');
    actAs(BOTH);
    await herald.get('/v1/people?person=rivals-own');
    actAs(GRACE);
  };
  const actions = ({ items }: Page) => items.map(({ action }) => action);

  it('lists who asked for what, newest first, in pages', async () => {
    await some();
    const first = await list('?limit=2');
    expect(actions(first)[0]).toBe('GET /v1/people');
    expect(first.next).not.toBeNull();
    const all = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page = await list(`?to=2026-03-02T12:30:00Z&limit=2${next && `&after=${next}`}`);
      all.push(...page.items);
      next = page.next;
    }
    expect(all.filter(({ action }) => action.startsWith('GET /v1/'))).not.toHaveLength(0);
    expect(new Set(all.map((item) => JSON.stringify(item))).size).toBe(all.length);
  });

  it('finds by principal, action, solution and time', async () => {
    await some();
    expect(actions(await list('?principal=key:both'))).toEqual(['GET /v1/people']);
    expect(actions(await list('?action=GET%20/v1/social-accounts'))).toEqual(['GET /v1/social-accounts']);
    expect(actions(await list('?solution=rival'))).toEqual(['GET /v1/people']);
    expect(actions(await list('?to=2026-03-02T09:30:00Z&action=GET%20/v1/people'))).toEqual([
      'GET /v1/people',
    ]);
    expect((await list('?from=2026-03-02T12:30:00Z')).items).toEqual([]);
  });

  it('shows a bound admin what concerns its solutions, and nothing of what others asked for', async () => {
    await some();
    actAs(AURORA);
    const { items } = await list();
    expect(items.filter(({ action }) => !action.includes('access-log'))).toEqual([
      expect.objectContaining({ principalId: 'key:both', asked: {}, solutions: ['aurora'] }),
      expect.objectContaining({
        action: 'GET /v1/notifications',
        asked: { solution: 'rival' },
        solutions: ['aurora'],
      }),
      expect.objectContaining({ action: 'GET /v1/social-accounts', asked: { partner: 'nordlicht' } }),
      expect.objectContaining({ principalId: 'key:grace', asked: { solution: 'aurora' } }),
    ]);
    expect((await list('?solution=rival')).items).toEqual([]);
  });
});
