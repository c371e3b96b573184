import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHerald } from '../../src/herald.js';
import { requireDeclaredAccess } from '../../src/infrastructure/http/access/declared-access.js';
import { Public, Requires } from '../../src/infrastructure/http/access/route-access.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

const ADMIN_KEY = 'an-admin-key-of-more-than-32-characters';

let herald: TestHerald | undefined;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-start-'));
});
afterEach(async () => {
  await herald?.stop();
  herald = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('An address that other machines reach', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'herald.example'])(
    'is refused while no access is configured: %s',
    async (host) => {
      const refused = startHerald({
        ...{ HERALD_HOST: host, HERALD_PORT: '0', HERALD_LOG_LEVEL: 'silent' },
        HERALD_EVENT_STORE: `sqlite:${folder}/events.db`,
        HERALD_READ_MODELS: `sqlite:${folder}/read-models`,
        HERALD_MAIL: `outbox:${folder}/outbox`,
        HERALD_SECRET_FILE: `${folder}/secret.txt`,
      });
      await expect(refused).rejects.toMatchObject({
        ...{ code: 'access-not-configured', field: 'HERALD_HOST' },
        message: expect.stringMatching(/HERALD_ADMIN_KEY[\s\S]*keys create --role admin --offline/),
      });
      // Nothing ran: no mail could have been sent.
      expect(await readdir(folder)).not.toContain('outbox');
    },
  );

  it('is served with an admin key, which every request then needs', async () => {
    herald = await startTestHerald({ HERALD_HOST: '0.0.0.0', HERALD_ADMIN_KEY: ADMIN_KEY });
    expect(await herald.get('/v1/people')).toMatchObject({ status: 401 });
    expect(await herald.clientWith(`${ADMIN_KEY}x`).get('/v1/people')).toMatchObject({ status: 401 });
    const admin = herald.clientWith(ADMIN_KEY);
    expect(await admin.get('/v1/people')).toMatchObject({ status: 200 });
    const keys = await herald.withKeys({}, admin);
    expect(await keys.admin.get('/v1/people')).toMatchObject({ status: 200 });
  });

  it('is not needed for access to be configured: with an admin key, loopback asks for it, too', async () => {
    herald = await startTestHerald({ HERALD_ADMIN_KEY: ADMIN_KEY });
    expect(await herald.get('/v1/people')).toMatchObject({ status: 401 });
  });

  it.each(['short', 'with a space in it, and long enough to count'])(
    'does not take the admin key “%s”',
    async (key) => {
      await expect(startTestHerald({ HERALD_ADMIN_KEY: key })).rejects.toMatchObject({
        ...{ code: 'invalid-configuration', field: 'HERALD_ADMIN_KEY' },
        message: expect.not.stringContaining(key),
      });
    },
  );
});

@Controller('declared')
class Declared {
  @Public('a test')
  @Get()
  all(): void {}

  @Requires('events:publish')
  @Post()
  post(): void {}
}

@Controller('forgotten')
class Forgotten {
  @Get(':id')
  one(): void {}
}

@Module({ controllers: [Declared] })
class Complete {}

@Module({ controllers: [Declared, Forgotten] })
class Incomplete {}

describe('A route that does not say who may call it', () => {
  it('stops the start, and is named', async () => {
    const complete = await NestFactory.createApplicationContext(Complete, { logger: false });
    expect(() => requireDeclaredAccess(complete)).not.toThrow();
    const incomplete = await NestFactory.createApplicationContext(Incomplete, { logger: false });
    expect(() => requireDeclaredAccess(incomplete)).toThrow(
      expect.objectContaining({
        code: 'access-undeclared',
        message: expect.stringContaining('GET /forgotten/{id} (Forgotten.one)'),
      }),
    );
  });
});
