import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { expect, it } from 'vitest';
import { plus } from '../../src/domain/kernel/instant.js';
import { type Instance, type Listed, type Part } from '../chaos/instance.js';
import { note } from '../chaos/table.js';
import { partners, refused, upTo } from '../chaos/world.js';
import { certificateOf } from '../feedback/certificate.js';
import { type Fault, type Stage } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { useProcesses } from './processes.js';
import { idsIn, settledMails, tally } from './settled-mails.js';

// Herald's access to the mail server fails: TLS, or the login. Every session fails until the server is mended.

const START = '2026-03-02T09:00:00.000Z';
const MAILS = 12;
/** Probes that fail before the server is mended. */
const PROBES = 3;
const QUARTER_MS = 15 * 60_000;
const PATIENCE = new URL('./smtp-patience.mjs', import.meta.url).href;

const VALID = ['2000-01-01T00:00:00Z', '2099-12-31T00:00:00Z'] as const;
const PAST = ['2000-01-01T00:00:00Z', '2001-01-01T00:00:00Z'] as const;
const keys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const served = (pair: ReturnType<typeof keys>, ...how: [readonly [string, string], string]) => ({
  key: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }),
  cert: certificateOf(pair, ...how),
});
const pair = keys();
/** What the server can show; Herald trusts all but the strange one. */
const CERTIFICATES = {
  right: served(pair, VALID, '127.0.0.1'),
  expired: served(pair, PAST, '127.0.0.1'),
  elsewhere: served(pair, VALID, '127.0.0.2'),
  strange: served(keys(), VALID, '127.0.0.1'),
};

const world = useProcesses();

const start = async (scheme: 'smtp' | 'smtps'): Promise<Instance> => {
  const trusted = join(world.folder, 'trusted.pem');
  const { right, expired, elsewhere } = CERTIFICATES;
  await writeFile(trusted, [right, expired, elsewhere].map(({ cert }) => cert).join(''));
  return world.start({
    HERALD_MAIL: `${scheme}://herald:secret@127.0.0.1:${world.smtp.port}?lanes=2`,
    NODE_EXTRA_CA_CERTS: trusted,
    NODE_OPTIONS: `--import=${PATIENCE}`,
    HERALD_TEST_PATIENCE_MS: '5000',
  });
};

type Faults = Partial<Record<Stage, Fault>>;
interface Broken {
  readonly faults?: Faults;
  readonly certificate?: keyof typeof CERTIFICATES;
  /** TLS from the first byte. */
  readonly smtps?: boolean;
  /** What health says that the server said. */
  readonly says: RegExp;
}

const NO_TLS: Faults = {
  EHLO: { reply: '250-faulty.example\r\n250 8BITMIME' },
  STARTTLS: { reply: '502 5.5.1 not implemented' },
};

const ROWS: readonly (readonly [string, Broken])[] = [
  ['the certificate is not trusted', { certificate: 'strange', says: /self-signed certificate/ }],
  ['the certificate has expired', { certificate: 'expired', says: /certificate has expired/ }],
  ['the certificate is of another host', { certificate: 'elsewhere', says: /127\.0\.0\.1/ }],
  ['STARTTLS is not offered, and required', { faults: NO_TLS, says: /5\.5\.1|STARTTLS/ }],
  [
    'STARTTLS is refused (454), and required',
    { faults: { STARTTLS: { reply: '454 4.7.0 TLS not available' } }, says: /4\.7\.0|STARTTLS/ },
  ],
  ['drop at STARTTLS', { faults: { STARTTLS: 'drop' }, says: /STARTTLS/ }],
  ['garbage in the TLS handshake', { faults: { TLS: { reply: 'garbage' } }, says: /No connection/ }],
  ['the TLS handshake is cut', { faults: { TLS: 'drop' }, says: /No connection/ }],
  ['the TLS handshake stalls', { faults: { TLS: 'stall' }, says: /silent .*TLS/ }],
  ['the TLS handshake is cut (smtps)', { smtps: true, faults: { TLS: 'drop' }, says: /No connection/ }],
  [
    'the TLS handshake stalls (smtps)',
    { smtps: true, faults: { TLS: 'stall' }, says: /silent .*connecting/ },
  ],
  [
    '535 to the password',
    { faults: { password: { reply: '535 5.7.8 authentication failed' } }, says: /535 5\.7\.8/ },
  ],
  ['534 to AUTH', { faults: { AUTH: { reply: '534 5.7.9 mechanism is too weak' } }, says: /534 5\.7\.9/ }],
  ['421 to AUTH', { faults: { AUTH: { reply: '421 4.7.0 too many logins' } }, says: /421 4\.7\.0/ }],
  ['drop at AUTH', { faults: { AUTH: 'drop' }, says: /signing in/ }],
  ['drop amid AUTH', { faults: { user: 'drop' }, says: /signing in/ }],
  ['stall amid AUTH', { faults: { user: 'stall' }, says: /silent .*signing in/ }],
  [
    '530 to each MAIL',
    { faults: { MAIL: { reply: '530 5.7.0 Authentication required' } }, says: /530 5\.7\.0/ },
  ],
  [
    '538 to each MAIL',
    { faults: { MAIL: { reply: '538 5.7.11 Encryption required' } }, says: /538 5\.7\.11/ },
  ],
];

interface Attempted extends Listed {
  readonly attempts: number;
}

const outage = async (herald: Instance): Promise<string> => {
  const { parts } = await herald.get<{ parts: Part[] }>('/health');
  return parts.find(({ part, status }) => part === 'delivery' && status === 'degraded')?.says ?? '';
};

/** The server fails again and again, for a quarter of an hour of the test clock each. @returns where the clock stands. */
const probed = async (herald: Instance): Promise<string> => {
  let now = START;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const before = world.smtp.connections();
    now = plus(now, QUARTER_MS);
    await herald.moveTo(now);
    await until(
      async () => world.smtp.connections(),
      (connections) => connections > before,
    );
  }
  return now;
};

it.each(ROWS)('%s', async (fault, { faults = {}, certificate = 'right', smtps = false, says }) => {
  let isBroken = true;
  await world.serve(({ stage }) => (isBroken ? faults[stage] : undefined), {
    ...{ auth: true, smtps },
    tls: (): SecureContextOptions => CERTIFICATES[isBroken ? certificate : 'right'],
  });
  const herald = await start(smtps ? 'smtps' : 'smtp');
  await herald.publish(...partners(MAILS));
  await herald.publish(...refused(upTo(MAILS)));

  // The breaker is open, and health says what to do.
  const said = await until(() => outage(herald), Boolean);
  expect(said).toMatch(says);
  expect(said).toContain('Check the server and HERALD_MAIL.');
  const now = await probed(herald);
  const { unwell } = await herald.health();
  expect(await herald.metric('herald_breaker_open')).toBe(1);
  // Every mail waits, without an attempt; the password went over TLS only.
  const waiting = (await herald.history()) as readonly Attempted[];
  expect(waiting.map(({ outcome, attempts }) => ({ outcome, attempts }))).toEqual(
    upTo(MAILS).map(() => ({ outcome: 'pending', attempts: 0 })),
  );
  expect(world.smtp.received).toEqual([]);
  const { connections, commands } = {
    connections: world.smtp.connections(),
    commands: world.smtp.commands(),
  };
  const isBeforeLogin = certificate !== 'right' || 'STARTTLS' in faults || 'TLS' in faults;
  expect(commands.some((command) => command.startsWith('AUTH'))).toBe(!isBeforeLogin);

  isBroken = false;
  if (Object.values(faults).includes('stall'))
    await until(
      async () => world.smtp.open(),
      (open) => open === 0,
    );
  const { entries } = await settledMails(herald, MAILS, now);
  const { lost, twice, unknown } = tally(entries, idsIn(world.smtp));
  note({
    ...{ fault, mails: MAILS, lost, twice, unknown, health: unwell },
    others: `all wait, ${connections} sessions fail, and all are sent once it is mended`,
  });
  expect({ lost, twice, unknown, arrived: world.smtp.received.length }).toEqual({
    ...{ lost: 0, twice: 0, unknown: 0, arrived: MAILS },
  });
  expect((entries as readonly Attempted[]).map(({ attempts }) => attempts)).toEqual(upTo(MAILS).map(() => 1));
  expect(await outage(herald)).toBe('');
});
