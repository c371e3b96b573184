import { afterEach, describe, expect, it } from 'vitest';
import { MAX_SECRETS_PER_KEY } from '../../src/domain/bounds.js';
import { JSON_TYPE, type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

interface Key {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly previousValidUntil?: string;
}

let herald: TestHerald;
afterEach(() => herald.stop());

const problemOf = async (key: string | undefined, path = '/v1/keys') => {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const { status, body, headers: answered } = await herald.send<ProblemBody>(path, { headers });
  return { status, code: body.code, detail: body.detail, challenge: answered.get('www-authenticate') };
};

describe('Access', () => {
  it('is open on loopback until the first key is created, and never again', async () => {
    herald = await startTestHerald();
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
    const { admin } = await herald.withKeys({});
    expect(await problemOf(undefined, '/v1/people')).toMatchObject({
      ...{ status: 401, code: 'credential-missing', challenge: 'Bearer' },
    });
    expect(await admin.get('/v1/people')).toMatchObject({ status: 200 });
    expect(await admin.post(`/v1/keys/${admin.id}/revoke`, JSON_TYPE, '')).toMatchObject({ status: 200 });
    expect(await problemOf(undefined, '/v1/people')).toMatchObject({ status: 401 });
  });

  it('is refused to a credential that is unknown, incomplete, revoked or expired, and only its holder learns which', async () => {
    herald = await startTestHerald();
    const keys = await herald.withKeys({
      gone: { role: 'auditor' },
      old: { role: 'auditor', expiresAt: '2026-03-03T09:00:00Z' },
    });
    await keys.admin.post(`/v1/keys/${keys.gone.id}/revoke`, JSON_TYPE, '');
    await keys.admin.moveTo('2026-03-03T09:00:00Z');
    const generic = { status: 401, code: 'credential-invalid', challenge: 'Bearer error="invalid_token"' };
    const other = keys.admin.key.slice(-43);
    for (const forged of [
      'hk_',
      'hk_0000000000000000_'.padEnd(63, 'A'),
      `hk_${keys.gone.id}_${other}`,
      `hk_${keys.old.id}_${other}`,
      keys.admin.key.slice(0, -1),
      `${keys.admin.key}A`,
      keys.admin.key.toUpperCase(),
      'x'.repeat(9_000),
    ])
      expect(await problemOf(forged), forged.slice(0, 80)).toEqual({
        ...generic,
        detail: expect.not.stringMatching(/revoked|expired/),
      });
    expect(await problemOf(keys.gone.key)).toMatchObject({
      ...generic,
      detail: expect.stringContaining('revoked'),
    });
    expect(await problemOf(keys.old.key)).toMatchObject({
      ...generic,
      detail: expect.stringContaining('expired'),
    });
    const basic = { headers: { authorization: `Basic ${keys.admin.key}` } };
    expect(await herald.send('/v1/keys', basic)).toMatchObject({ status: 401 });
  });

  it('depends on the role, and on being bound to solutions', async () => {
    herald = await startTestHerald();
    const keys = await herald.withKeys({
      publisher: { role: 'publisher' },
      auditor: { role: 'auditor' },
      boundAuditor: { role: 'auditor', solutions: ['aurora'] },
      boundAdmin: { role: 'admin', solutions: ['aurora'] },
    });
    const missing = { status: 403, body: { code: 'permission-missing' } };
    expect(await keys.publisher.get('/v1/people')).toMatchObject(missing);
    expect(await keys.auditor.get('/v1/people')).toMatchObject({ status: 200 });
    expect(await keys.auditor.get('/v1/keys')).toMatchObject(missing);
    expect(await keys.auditor.get('/metrics')).toMatchObject({ status: 200 });
    expect(await keys.boundAuditor.get('/metrics')).toMatchObject(missing);
    expect(await keys.boundAdmin.moveTo('2026-03-03T09:00:00Z')).toMatchObject(missing);
    expect(await keys.boundAdmin.get('/v1/keys')).toMatchObject({ status: 200 });
  });

  it('tells health in detail to those who operate Herald only', async () => {
    herald = await startTestHerald();
    const { admin } = await herald.withKeys({});
    await admin.post('/v1/sending/hold', JSON_TYPE, { reason: 'A test' });
    const says = async (client: Pick<TestHerald, 'get'>) => {
      const { body } = await client.get<{ parts: { part: string; status: string; says?: string }[] }>(
        '/health',
      );
      return body.parts.find(({ part }) => part === 'sending');
    };
    expect(await says(herald)).toEqual({ part: 'sending', status: 'degraded' });
    expect(await says(admin)).toEqual({ part: 'sending', status: 'degraded', says: expect.any(String) });
    expect((await herald.get('/health/ready')).status).toBe(200);
  });
});

describe('An API key', () => {
  it('is shown once, and kept as a hash', async () => {
    herald = await startTestHerald();
    const { admin } = await herald.withKeys({ auditor: { role: 'auditor' } });
    expect(admin.key).toMatch(/^hk_[0-9a-f]{16}_[\w-]{43}$/);
    const { text } = await admin.get('/v1/keys');
    const log = JSON.stringify(await herald.events());
    for (const secret of [admin.key, admin.key.slice(-43)]) {
      expect(text).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
    expect(text).not.toContain('hash');
  });

  it('is valid with its old secret, too, for a day after a rotation, and lives as long again', async () => {
    herald = await startTestHerald();
    const { admin, auditor } = await herald.withKeys({
      auditor: { role: 'auditor', expiresAt: '2026-03-12T09:00:00.000Z' },
    });
    await admin.moveTo('2026-03-10T09:00:00Z');
    const rotated = (await admin.post<Key>(`/v1/keys/${auditor.id}/rotate`, JSON_TYPE, '')).body;
    expect(rotated).toMatchObject({
      ...{ id: auditor.id, expiresAt: '2026-03-20T09:00:00.000Z' },
      previousValidUntil: '2026-03-11T09:00:00.000Z',
    });
    const isValid = async (key: string) => (await problemOf(key, '/v1/people')).status === 200;
    expect(await isValid(auditor.key)).toBe(true);
    expect(await isValid(rotated.key)).toBe(true);
    await admin.moveTo('2026-03-11T09:00:00Z');
    expect(await isValid(auditor.key)).toBe(false);
    expect(await isValid(rotated.key)).toBe(true);
    await admin.post(`/v1/keys/${auditor.id}/revoke`, JSON_TYPE, '');
    expect(await isValid(rotated.key)).toBe(false);
    expect(await admin.post(`/v1/keys/${auditor.id}/rotate`, JSON_TYPE, '')).toMatchObject({
      ...{ status: 409, body: { code: 'key-revoked' } },
    });
  });

  it('keeps an old secret for as long as was promised when it is rotated again, as after an answer that was lost', async () => {
    herald = await startTestHerald();
    const { admin, auditor } = await herald.withKeys({ auditor: { role: 'auditor' } });
    const rotate = async (body: object) =>
      (await admin.post<Key>(`/v1/keys/${auditor.id}/rotate`, JSON_TYPE, body)).body;
    const areValid = (...texts: readonly string[]) =>
      Promise.all(texts.map(async (text) => (await problemOf(text, '/v1/people')).status === 200));

    const lost = await rotate({});
    const again = await rotate({ overlap: 7 * 86_400 });
    expect(again).toMatchObject({ previousValidUntil: '2026-03-09T09:00:00.000Z' });
    expect(await areValid(auditor.key, lost.key, again.key)).toEqual([true, true, true]);
    await admin.moveTo('2026-03-03T09:00:00Z');
    expect(await areValid(auditor.key, lost.key, again.key)).toEqual([false, true, true]);

    const last = await rotate({ overlap: 0 });
    expect(last).not.toHaveProperty('previousValidUntil');
    expect(await areValid(auditor.key, lost.key, again.key, last.key)).toEqual([false, false, false, true]);
  });

  it('has five secrets at most: with one more the oldest ends', async () => {
    herald = await startTestHerald();
    const { admin, auditor } = await herald.withKeys({ auditor: { role: 'auditor' } });
    const texts = [auditor.key];
    const areValid = () =>
      Promise.all(texts.map(async (text) => (await problemOf(text, '/v1/people')).status === 200));
    for (let rotations = 1; rotations <= MAX_SECRETS_PER_KEY; rotations += 1) {
      expect(await areValid()).toEqual(texts.map(() => true));
      texts.push((await admin.post<Key>(`/v1/keys/${auditor.id}/rotate`, JSON_TYPE, {})).body.key);
    }
    expect(await areValid()).toEqual(texts.map((_, index) => index > 0));
  });

  it('is listed with its last use, page by page', async () => {
    herald = await startTestHerald();
    const { admin, auditor } = await herald.withKeys({
      auditor: { role: 'auditor' },
      idle: { role: 'publisher' },
    });
    await auditor.get('/v1/people');
    const page = async (query: string) =>
      (await admin.get<{ items: (Key & { name: string })[]; next: string | null }>(`/v1/keys?${query}`)).body;
    await expect.poll(async () => (await page('')).items[1]?.lastUsedAt).toBe('2026-03-02T09:00:00.000Z');
    const first = await page('limit=2');
    expect(first.items.map(({ name }) => name)).toEqual(['idle', 'auditor']);
    expect(first.items[0]).not.toHaveProperty('lastUsedAt');
    const second = await page(`limit=2&after=${first.next}`);
    expect(second.items.map(({ name }) => name)).toEqual(['admin']);
    expect(second.next).toBeNull();
    expect(await admin.get('/v1/keys?after=nothing')).toMatchObject({ body: { code: 'invalid-cursor' } });
  });

  it('of an admin bound to solutions manages those that cover no other solution, and cannot give more than it has', async () => {
    herald = await startTestHerald();
    const { admin, bound, other, wide } = await herald.withKeys({
      bound: { role: 'admin', solutions: ['aurora', 'boreal'] },
      other: { role: 'publisher', solutions: ['cirrus'] },
      wide: { role: 'publisher', solutions: ['aurora', 'cirrus'] },
    });
    const create = (solutions: unknown) =>
      bound.post<Key & ProblemBody>('/v1/keys', JSON_TYPE, { name: 'x', role: 'admin', solutions });
    for (const solutions of ['all', ['cirrus'], ['aurora', 'cirrus']])
      expect(await create(solutions)).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
    const mine = await create(['aurora']);
    expect(mine).toMatchObject({ status: 201, body: { role: 'admin', solutions: ['aurora'] } });
    for (const { id } of [admin, other, wide])
      for (const act of ['', '/rotate', '/revoke'])
        expect(
          await (act ? bound.post(`/v1/keys/${id}${act}`, JSON_TYPE, '') : bound.get(`/v1/keys/${id}`)),
        ).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const { body } = await bound.get<{ items: Key[] }>('/v1/keys');
    expect(body.items.map(({ id }) => id).sort()).toEqual([bound.id, mine.body.id].sort());
  });

  it.each([
    [{ role: 'root' }, 'role'],
    [{ solutions: [] }, 'solutions'],
    [{ solutions: undefined }, 'solutions'],
    [{ solutions: '*' }, 'solutions'],
    [{ name: '' }, 'name'],
    [{ expiresAt: '2026-03-02T09:00:00Z' }, 'expiresAt'],
    [{ expiresAt: 'soon' }, 'expiresAt'],
    [{ secret: 'x' }, 'secret'],
  ])('is not created with %j', async (changes, field) => {
    herald = await startTestHerald();
    const body = { name: 'x', role: 'auditor', solutions: 'all', ...changes };
    const answer = await herald.post<ProblemBody>('/v1/keys', JSON_TYPE, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field }] } });
    // That somebody tried is in the access log.
    const recorded = (await herald.events()).filter(({ stream }) => !stream.startsWith('accessLog-'));
    expect(recorded).toEqual([]);
  });

  it('is revoked on every instance', async () => {
    herald = await startTestHerald();
    const { admin, auditor } = await herald.withKeys({ auditor: { role: 'auditor' } });
    const second = await startTestHerald({
      HERALD_EVENT_STORE: `sqlite:${herald.folder}/events.db`,
      HERALD_READ_MODELS: `sqlite:${herald.folder}/read-models`,
      HERALD_SECRET_FILE: `${herald.folder}/secret.txt`,
    });
    try {
      const ask = async () =>
        (await second.send('/v1/people', { headers: { authorization: `Bearer ${auditor.key}` } })).status;
      expect(await ask()).toBe(200);
      await admin.post(`/v1/keys/${auditor.id}/revoke`, JSON_TYPE, '');
      await expect.poll(ask, { interval: 20 }).toBe(401);
    } finally {
      await second.stop();
    }
  });
});
