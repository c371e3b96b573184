import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instance, type Listed, startInstance } from '../chaos/instance.js';
import { note, table } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { certificateOf } from '../feedback/certificate.js';
import { until } from '../until.js';
import { startGreyList } from './grey-list.js';
import { type Mta, type MtaSettings, postfix, startMta } from './mta.js';
import { type Cut, startProxy, type TcpProxy } from './proxy.js';
import { resolveDoubts, settledMails, tally } from './settled-mails.js';

const START = '2026-03-02T09:00:00.000Z';
const MAILS = 60;

let folder: string;
let mta: Mta;
let proxy: TcpProxy | undefined;
let herald: Instance;
let running: Instance | undefined;

const root = 'root' in postfix ? postfix.root : '';
const title =
  'missing' in postfix ? `A real mail server (skipped: ${postfix.missing})` : 'A real mail server';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-mta-'));
  [proxy, running] = [undefined, undefined];
});
afterEach(async () => {
  await running?.kill();
  await proxy?.close();
  await mta.stop();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  if (root !== '') process.stdout.write(`\n${table()}\n`);
});

const serve = async (settings: MtaSettings = {}, cutOf?: (connection: number) => Cut): Promise<void> => {
  mta = await startMta(folder, root, settings);
  if (cutOf) proxy = await startProxy(mta.port, cutOf);
};

const start = async (changes: Readonly<Record<string, string>> = {}): Promise<void> => {
  const port = proxy?.port ?? mta.port;
  herald = await startInstance(folder, { HERALD_MAIL: `smtp://127.0.0.1:${port}`, ...changes });
  running = herald;
};

/** Publishes what raises so many mails at once. */
const burst = async (): Promise<void> => {
  await herald.publish(...partners(MAILS));
  await herald.publish(...refused(upTo(MAILS)));
};

/** Strikes several times while the work goes on. */
const during = async <T>(work: Promise<T>, strike: () => unknown, times = 4): Promise<T> => {
  let left = times;
  const timer = setInterval(() => {
    left -= 1;
    if (left < 0) clearInterval(timer);
    else strike();
  }, 250);
  return work.finally(() => clearInterval(timer));
};

/** Until so many mails were delivered. */
const arrived = (count: number) =>
  until(
    async () => mta.received().length,
    (received) => received >= count,
    60_000,
  );

/**
 * Waits until every mail has an outcome, counts at the mail server, resolves the doubts as an operator does, and counts again:
 * then everybody has their mail once.
 */
const judged = async (fault: string, others: string, from = START): Promise<readonly Listed[]> => {
  const { entries, now } = await settledMails(herald, MAILS, from);
  await until(async () => mta.isIdle(), Boolean);
  const { lost, twice, unknown, unknownDelivered } = tally(entries, mta.received());
  const { unwell } = await herald.health();
  note({
    ...{ fault, mails: MAILS, lost, twice, unknown, health: unwell },
    others: `${others}; ${unknownDelivered} of those in doubt had arrived`,
  });
  expect({ lost, twice, outcomes: [...new Set(entries.map(({ outcome }) => outcome))].sort() }).toEqual({
    ...{ lost: 0, twice: 0 },
    outcomes: unknown > 0 ? ['accepted', 'outcome-unknown'] : ['accepted'],
  });
  await resolveDoubts(herald, entries, mta.received());
  await settledMails(herald, MAILS, now);
  await until(async () => mta.isIdle(), Boolean);
  const received = mta.received();
  expect({ mails: received.length, once: new Set(received).size }).toEqual({ mails: MAILS, once: MAILS });
  return entries;
};

describe.skipIf(root === '')(title, () => {
  it('that works takes each mail once', async () => {
    await serve();
    await start();
    await burst();
    const entries = await judged('none (Postfix)', 'all are delivered');
    expect(entries.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });

  it('whose sessions are killed in the middle, again and again', async () => {
    await serve();
    await start();
    await burst();
    await arrived(1);
    let killed = 0;
    const kill = () => {
      killed += mta.killSessions();
    };
    await during(
      judged('sessions of Postfix are killed amid mails, 4 times', 'all others are sent at the next try'),
      kill,
    );
    expect(killed).toBeGreaterThan(0);
  });

  it('that is stopped and started again', async () => {
    await serve();
    await start();
    await burst();
    await arrived(MAILS / 6);
    await mta.stop();
    // It has noticed.
    await until(
      async () => (await herald.health()).unwell,
      (unwell) => unwell.length > 0,
      60_000,
    );
    await mta.start();
    await judged('Postfix is stopped amid mails, and started again', 'all others are sent once it is back');
  });

  it('that takes over other settings in the middle', async () => {
    await serve();
    await start();
    await burst();
    await arrived(1);
    await during(
      judged('Postfix is reloaded amid mails, 4 times', 'all others are sent at once or at the next try'),
      () => mta.reload({ smtpd_timeout: '100s' }),
    );
  });

  it('that has no room in its queue for a while', async () => {
    // Postfix refuses MAIL with 452 then.
    await serve({ queue_minfree: '9000000000000000000' });
    await start();
    await burst();
    await until(
      async () => (await herald.history()).filter(({ outcome }) => outcome === 'deferred').length,
      (deferred) => deferred > 0,
    );
    mta.reload({ queue_minfree: '0' });
    await judged('Postfix has no room in its queue (452 at MAIL)', 'all are sent when there is room again');
  });

  it('that keeps a grey list', async () => {
    const list = await startGreyList();
    await serve({ smtpd_recipient_restrictions: `check_policy_service inet:127.0.0.1:${list.port}, permit` });
    await start();
    await burst();
    const entries = await judged(
      'a grey list defers each mail once (450 at RCPT)',
      'all are sent at the second try',
    );
    list.close();
    expect(list.deferred()).toBe(MAILS);
    expect(entries.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });

  it('that refuses some recipients, and closes sessions with many errors', async () => {
    const folderOfMaps = join(folder, 'maps');
    await mkdir(folderOfMaps);
    const map = join(folderOfMaps, 'recipients');
    await writeFile(map, '/^u[0-9]*[02468]@/ 550 5.1.1 no such user\n');
    await serve({
      smtpd_recipient_restrictions: `check_recipient_access regexp:${map}, permit`,
      ...{ smtpd_soft_error_limit: '2', smtpd_hard_error_limit: '3', smtpd_error_sleep_time: '0' },
    });
    await start();
    await burst();
    const { entries } = await settledMails(herald, MAILS, START);
    await until(async () => mta.isIdle(), Boolean);
    const mine = entries.filter(({ recipientId }) => /^u\d+$/.test(recipientId));
    const { lost, twice, unknown } = tally(entries, mta.received());
    const rejected = mine.filter(({ outcome }) => outcome === 'rejected');
    note({
      ...{
        fault: 'Postfix refuses every other recipient, and ends sessions with 3 errors',
        mails: MAILS / 2,
      },
      ...{ lost, twice, unknown, health: (await herald.health()).unwell },
      others: `the other ${rejected.length} are rejected, and escalated`,
    });
    expect({ lost, twice, unknown, rejected: rejected.length }).toEqual({
      ...{ lost: 0, twice: 0, unknown: 0, rejected: MAILS / 2 },
    });
  });

  it('that shows a certificate which nobody trusts, and later the right one', async () => {
    const shown = async (name: string): Promise<MtaSettings> => {
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
      await writeFile(key, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
      await writeFile(
        cert,
        certificateOf(pair, ['2000-01-01T00:00:00Z', '2099-12-31T00:00:00Z'], '127.0.0.1'),
      );
      return { smtpd_tls_key_file: key, smtpd_tls_cert_file: cert, smtpd_tls_security_level: 'encrypt' };
    };
    const [wrong, right] = [await shown('wrong'), await shown('right')];
    await serve(wrong);
    await start({ NODE_EXTRA_CA_CERTS: right.smtpd_tls_cert_file ?? '' });
    await burst();
    const { unwell } = await until(
      () => herald.health(),
      ({ unwell: parts }) => parts.length > 0,
      60_000,
    );
    expect(unwell).toEqual(['delivery: degraded']);
    expect(mta.received()).toEqual([]);
    mta.reload(right);
    const entries = await judged(
      'the certificate of Postfix is not trusted, and later is',
      'all are sent with the right one',
    );
    expect(entries.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });

  it('that is not there for four days', async () => {
    await serve();
    await mta.stop();
    await start();
    await burst();
    await until(
      async () => (await herald.history()).length,
      (decided) => decided === MAILS,
      60_000,
    );
    for (const day of ['03', '04', '05', '06']) await herald.moveTo(`2026-03-${day}T08:00:00.000Z`);
    expect((await herald.history()).map(({ outcome }) => outcome)).not.toContain('rejected');
    await mta.start();
    await judged('Postfix is away for four days', 'all are sent when it is back', '2026-03-06T08:00:00.000Z');
  });

  it('behind a network that cuts connections at any byte', async () => {
    // A mail has about 10,000 bytes: cuts are before, in and after it.
    await serve({}, (connection) =>
      connection % 3 === 0
        ? { kind: 'pass' }
        : {
            kind: 'cut',
            afterBytes: 20 + ((connection * 7_919) % 12_000),
            how: connection % 2 === 0 ? 'end' : 'reset',
          },
    );
    await start();
    await burst();
    await judged(
      'the network cuts two of three connections at any byte',
      'all others are sent at a later try',
    );
    expect(proxy?.struck()).toBeGreaterThan(5);
  });

  it('behind a slow network', async () => {
    await serve({}, () => ({ kind: 'slow', ms: 5, bytes: 1_000 }));
    await start();
    await burst();
    const entries = await judged('a network of 1,000 bytes each 5 ms', 'all are sent, only later');
    expect(entries.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });

  it('while the process is killed again and again', async () => {
    await serve();
    await start();
    await burst();
    for (const mails of [2, 6, 12]) {
      await arrived(mails);
      await herald.kill();
      await start();
    }
    await judged('Herald is killed amid mails to Postfix, 3 times', 'the next start sends all others');
  });

  it('while the process stands still and its sessions end', async () => {
    await serve();
    await start();
    await burst();
    await arrived(MAILS / 6);
    herald.process.kill('SIGSTOP');
    mta.killSessions();
    herald.process.kill('SIGCONT');
    const later = '2026-03-02T10:00:00.000Z';
    await herald.moveTo(later);
    await judged(
      'Herald stands still, its sessions end, and the clock passes an hour',
      'all others are sent at the next try',
      later,
    );
  });
});
