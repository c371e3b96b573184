import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_OUTBOX_FILE_BYTES } from '../../src/domain/bounds.js';
import { OutboxFolder } from '../../src/infrastructure/mail/outbox/outbox-folder.js';
import { OutboxTransport } from '../../src/infrastructure/mail/outbox/outbox-transport.js';
import { aMail, MAY_START } from './mails.js';

let root: string;
let folder: string;
let outbox: OutboxFolder;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'herald-outbox-'));
  folder = join(root, 'outbox');
  await new OutboxTransport(folder).send(aMail(), MAY_START);
  outbox = new OutboxFolder(folder);
});
afterEach(() => rm(root, { recursive: true }));

const FILE = '2026-03-02T08-00-00.000Z-account-expired-0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d.eml';
const OTHER = FILE.replace('0b0c', '1b0c');

it('finds and reads what the transport has written', async () => {
  expect(await outbox.fileOf(aMail())).toBe(FILE);
  expect(outbox.notificationIdIn(FILE)).toBe(aMail().notificationId);
  expect(await outbox.read(FILE)).toContain('Subject: Authorisation has ended');
});

it('finds no mail that is not there', async () => {
  expect(await outbox.fileOf(aMail({ rule: 'settings-update-required' }))).toBeUndefined();
  expect(await new OutboxFolder(join(root, 'nothing')).fileOf(aMail())).toBeUndefined();
  expect(await outbox.read(OTHER)).toBeUndefined();
});

it.each([`../outbox/${FILE}`, `./${FILE}`, `.${FILE}`, `/${FILE}`, `..\\${FILE}`, `${FILE}.part`, '..', ''])(
  'reads no file by the name %j',
  async (name) => {
    expect(outbox.notificationIdIn(name)).toBeUndefined();
    expect(await outbox.read(name)).toBeUndefined();
  },
);

it('follows no link, and reads nothing that is larger than a mail', async () => {
  await writeFile(join(root, 'secret.txt'), 'secret');
  await symlink(join(root, 'secret.txt'), join(folder, OTHER));
  expect(await outbox.read(OTHER)).toBeUndefined();
  await rm(join(folder, OTHER));
  await writeFile(join(folder, OTHER), Buffer.alloc(MAX_OUTBOX_FILE_BYTES + 1, 'a'));
  expect(await outbox.read(OTHER)).toBeUndefined();
});
