import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instance, startInstance } from '../chaos/instance.js';
import { note, table } from '../chaos/table.js';
import { addresses, partners, refused, upTo } from '../chaos/world.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { settledMails } from './settled-mails.js';

const START = '2026-03-02T09:00:00.000Z';
const MAILS = 40;

/** Mounts a disk of so many megabytes. @returns whether this machine allows that. */
const mount = (folder: string, megabytes: number): boolean => {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'herald-test', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
};

const unmount = (folder: string): void => {
  execFileSync('umount', ['--lazy', folder]);
};

const mayMount = ((): boolean => {
  const folder = join(tmpdir(), `herald-mount-${process.pid}`);
  const may = mount(folder, 1);
  if (may) unmount(folder);
  rmSync(folder, { recursive: true, force: true });
  return may;
})();

/** Writes a file until nothing more fits. */
const fill = (file: string): void => {
  const descriptor = openSync(file, 'w');
  try {
    for (const bytes of [1_048_576, 4_096, 1]) writeUntilFull(descriptor, Buffer.alloc(bytes));
  } finally {
    closeSync(descriptor);
  }
};

const writeUntilFull = (descriptor: number, bytes: Buffer): void => {
  try {
    for (;;) writeSync(descriptor, bytes);
  } catch {
    // No more of these fits.
  }
};

let folder: string;
let disk: string;
let smtp: FaultySmtp;
let herald: Instance | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-disk-'));
  disk = join(folder, 'disk');
  herald = undefined;
});
afterEach(async () => {
  await herald?.kill();
  await smtp.close();
  unmount(disk);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  if (mayMount) process.stdout.write(`\n${table()}\n`);
});

const title = mayMount
  ? 'The disk of the log'
  : 'The disk of the log (skipped: this machine allows no mount)';
describe.skipIf(!mayMount)(title, () => {
  it('is full amid mails, for a while', async () => {
    mount(disk, 16);
    smtp = await startFaultySmtp(() => undefined);
    const instance = await startInstance(disk, {
      HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}?lanes=2`,
      HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
    });
    herald = instance;
    await instance.publish(...partners(MAILS));
    expect((await instance.publish(...refused(upTo(MAILS)))).status).toBe(202);
    await until(
      async () => smtp.received.length,
      (received) => received >= 3,
    );
    const full = join(disk, 'full');
    fill(full);
    const { unwell } = await until(
      () => instance.health(),
      (health) => health.unwell.length > 0,
      60_000,
    );
    // What cannot be recorded is refused, and can be sent again.
    const answer = await instance.publish(
      ...refused([0]).map((one) => ({ ...(one as object), id: 'while-full' })),
    );
    expect(answer.status).toBe(503);
    rmSync(full);
    const { entries } = await settledMails(instance, MAILS, START);
    const received = [...smtp.received];
    const lost = addresses(upTo(MAILS)).filter((address) => !received.includes(address)).length;
    const twice = received.length - new Set(received).size;
    const unknown = entries.filter(({ outcome }) => outcome === 'outcome-unknown').length;
    note({
      ...{
        fault: 'the disk of the log is full amid mails',
        mails: MAILS,
        lost,
        twice,
        unknown,
        health: unwell,
      },
      others: 'all are sent once there is room again',
    });
    expect({ lost, twice, unknown }).toEqual({ lost: 0, twice: 0, unknown: 0 });
  });
});
