import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthReport } from '../../src/application/operations/health-report.js';
import type { Herald } from '../../src/herald.js';
import { troubleOf } from '../../src/infrastructure/grpc-log/trouble.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { ask, cliWith, newFolder, start, until } from '../replay/running.js';
import { EventStoreDouble } from './double/double.js';
import { clientOf, jsonEvent } from './tested-client.js';

const STREAM = 'herald-inbox';

let server: EventStoreDouble;
let client: ReturnType<typeof clientOf>;
let herald: Herald;
const folder = newFolder();
const settings = () => ({ HERALD_EVENT_STORE: server.url, HERALD_INBOX: STREAM });

beforeAll(async () => {
  server = await new EventStoreDouble().start();
  server.isAdmin = false;
  client = clientOf(server.url);
  herald = await start(folder, { ...settings(), HERALD_CLOCK_START: '2026-03-02T09:00:00Z' });
});
afterAll(async () => {
  await herald.stop();
  await client.dispose();
  await server.kill();
});

const inbox = async (): Promise<string> => {
  const { body } = await ask<HealthReport>(herald.url, '/health');
  return body.parts.find(({ part }) => part === 'inbox')?.says ?? 'ok';
};

describe('With a user of EventStoreDB who is no admin', () => {
  it('the inbox says that its group is missing, and who creates it', async () => {
    const says = await until(inbox, (one) => one.includes('group'));
    expect(says).toContain('herald stores grant');
  });

  it('an admin grants what is needed with one command, which may be repeated', async () => {
    server.isAdmin = true;
    const granted = await cliWith(folder, settings(), 'stores', 'grant', '--user', 'heralds');
    // Herald itself may have been quicker: it tries to create the group again and again.
    expect(granted.output).toMatch(
      /^heralds may read \$all now.\nThe group that reads the inbox stream herald-inbox (was created|exists already).\n$/,
    );
    const again = await cliWith(folder, settings(), 'stores', 'grant', '--user', 'heralds');
    expect(again.output).toBe(
      `heralds may read $all already.\nThe group that reads the inbox stream ${STREAM} exists already.\n`,
    );
    server.isAdmin = false;
    const { metadata } = await client.getStreamMetadata('$all');
    expect(metadata?.acl?.readRoles).toEqual(['$admins', 'heralds']);
  });

  it('a user who is no admin grants nothing, and the refusal names that user and not the one of Herald', async () => {
    const refused = await cliWith(
      folder,
      { ...settings(), HERALD_INBOX: 'another-inbox' },
      ...['stores', 'grant', '--user', 'heralds'],
    );
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('The user in the connection string of the admin is no admin');
  });

  it('the file with the credentials of an admin is refused where others may read it', async () => {
    const file = join(folder, 'admin.txt');
    await writeFile(file, server.url);
    await chmod(file, 0o644);
    const refused = await cliWith(
      folder,
      settings(),
      'stores',
      'grant',
      '--user',
      'x',
      '--admin-url-file',
      file,
    );
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('chmod 600') });
    await chmod(file, 0o600);
    server.isAdmin = true;
    const taken = await cliWith(
      folder,
      settings(),
      'stores',
      'grant',
      '--user',
      'x',
      '--admin-url-file',
      file,
    );
    server.isAdmin = false;
    expect(taken).toMatchObject({ code: 0, output: expect.stringContaining('x may read $all now.') });
  });

  it('the inbox is read then, although the group may not be created', async () => {
    await client.appendToStream(
      STREAM,
      SMALL_WORLD.map((event) => jsonEvent({ type: 'CloudEvent', data: event as never })),
    );
    await until(
      async () => server.log.all.filter(({ type }) => type === 'PartnerUserAdded').length,
      (added) => added === 2,
    );
    expect(await until(inbox, (says) => says === 'ok')).toBe('ok');
  });
});

describe('What keeps Herald from its server', () => {
  it.each([
    [
      'a wrong password',
      { code: 16, message: '16 UNAUTHENTICATED' },
      'refuses the user name or the password',
    ],
    [
      'a missing permission',
      { code: 7, message: '7 PERMISSION_DENIED: Access Denied' },
      'lacks a permission',
    ],
    [
      'a certificate that is not trusted',
      { code: 14, message: '14 UNAVAILABLE: self-signed certificate in certificate chain' },
      'is not trusted. Name the certificate of its authority with tlsCAFile',
    ],
    [
      'a server without TLS',
      { code: 14, message: '14 UNAVAILABLE: write EPROTO wrong version number' },
      'does not speak TLS. Add tls=false',
    ],
  ])('%s is told in a sentence of its own, which says what to do', (_, error, says) => {
    expect(troubleOf(error, 'esdb://server', 'HERALD_EVENT_STORE')).toContain(says);
  });

  it('a server that is away has none', () => {
    expect(
      troubleOf({ code: 14, message: '14 UNAVAILABLE: connect ECONNREFUSED' }, 's', 'HERALD_EVENT_STORE'),
    ).toBeUndefined();
  });
});
