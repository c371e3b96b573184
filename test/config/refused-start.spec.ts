import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startHerald } from '../../src/herald.js';

const root = mkdtempSync(join(tmpdir(), 'herald-refused-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;

const settingsIn = (folder: string): Record<string, string> => ({
  HERALD_PORT: '0',
  HERALD_PUBLIC_PORT: '0',
  HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
  HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
  HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
  HERALD_SECRET_FILE: join(folder, 'secret.txt'),
  HERALD_LOG_LEVEL: 'silent',
});

it.each([
  ['HERALD_MAIL', 'smtp://127.0.0.1:25?lines=5', 'mail-configuration'],
  ['HERALD_READ_MODELS', 'mongodb://127.0.0.1/herald?bogus=1', 'invalid-configuration'],
  ['HERALD_FEEDBACK_SES_TOPICS', 'topic', 'invalid-configuration'],
  ['HERALD_FEEDBACK_SENDGRID_KEY', 'key', 'invalid-configuration'],
  ['HERALD_FEEDBACK_POSTMARK', 'short', 'invalid-configuration'],
  ['HERALD_FEEDBACK_STANDARD_SECRETS', 'short', 'invalid-configuration'],
  ['HERALD_FEEDBACK_MAILBOX', 'imap://nobody@127.0.0.1', 'invalid-configuration'],
  ['HERALD_EVENT_STORE', 'esdb://127.0.0.1:1?tls=maybe', 'invalid-configuration'],
  ['HERALD_HOST', '0.0.0.0', 'access-not-configured'],
  // An address of no machine (RFC 5737).
  ['HERALD_PUBLIC_HOST', '203.0.113.9', 'cannot-listen'],
])('A start that is refused because of %s leaves nothing behind', async (name, value, code) => {
  folders += 1;
  const folder = join(root, String(folders));
  const settings = { ...settingsIn(folder), [name]: value };
  await expect(startHerald(settings)).rejects.toMatchObject({ code });
  expect(existsSync(folder)).toBe(false);
});

it('A start at a port that another program has leaves nothing behind', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const folder = join(root, 'taken');
  const settings = { ...settingsIn(folder), HERALD_PORT: String(port) };
  await expect(startHerald(settings)).rejects.toMatchObject({ code: 'address-in-use', field: 'HERALD_PORT' });
  expect(existsSync(folder)).toBe(false);
  other.close();
  await once(other, 'close');
});

it('A start with one port for a listener on all addresses and another on one of them leaves nothing behind', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const folder = join(root, 'both');
  const settings = {
    ...settingsIn(folder),
    ...{ HERALD_PORT: String(port), HERALD_PUBLIC_PORT: String(port), HERALD_PUBLIC_HOST: '0.0.0.0' },
  };
  await expect(startHerald(settings)).rejects.toMatchObject({
    ...{ code: 'address-in-use', field: 'HERALD_PUBLIC_PORT' },
  });
  expect(existsSync(folder)).toBe(false);
});
