import { Inject, Injectable } from '@nestjs/common';
import { compareLogs, copyLog, type OnProgress } from '../../application/migration/migrate.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { Throughput } from '../../application/read-models/rebuild/throughput.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readConfig } from '../../infrastructure/config/config.js';
import { eventStoreAsWritten } from '../../infrastructure/config/stores.js';
import { inContext } from '../context.js';
import { connectionStringIn } from '../keys/secret-file.js';
import { ProgressBar, say } from '../terminal/terminal.js';
import { areSameLog, requireAtRest } from './migrated-logs.js';
import { OpenedStores } from './opened-stores.js';

export type MigrateOptions = LogOptions<'from'> & LogOptions<'to'>;

/** Where the connection string of a log is: in an option, in a variable, or in a file. */
type LogOptions<Side extends 'from' | 'to'> = Readonly<
  Partial<Record<Side | `${Side}Env` | `${Side}File`, string>>
>;

/**
 * Copies a log with its ids and times into another one, and compares both. An interrupted copy can be restarted.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-option`, `log-in-use`, `target-differs`, and what the logs throw.
 */
export async function migrate(options: MigrateOptions): Promise<number> {
  const from = logGiven(options, 'from') ?? readConfig(process.env).HERALD_EVENT_STORE;
  const to = logGiven(options, 'to');
  if (to === undefined)
    throw new HeraldError(
      'invalid-option',
      'The log to copy to is missing: give --to, --to-env or --to-file.',
      '--to',
    );
  if (areSameLog(from, to))
    throw new HeraldError(
      'invalid-option',
      'Both options name the same log: choose another one for --to.',
      '--to',
    );
  await requireAtRest(from, '--from');
  await requireAtRest(to, '--to');
  // One process has room for one of the two clients, and that of KurrentDB takes both kinds of servers.
  const client = [from, to].some((log) => log.startsWith('kurrentdb'))
    ? 'kurrentdb'
    : process.env.HERALD_EVENT_STORE_CLIENT;
  const settings = (log: string): Settings => ({
    HERALD_EVENT_STORE: log,
    HERALD_EVENT_STORE_CLIENT: client,
  });
  return inContext(
    {
      providers: [
        Migration,
        logOf(SOURCE, settings(from), '--from', 'read'),
        logOf(TARGET, settings(to), '--to', 'write', SOURCE),
      ],
    },
    (context) => context.get(Migration).run(),
  );
}

/** The connection string of one side; undefined if no option names it. @throws HeraldError `invalid-option`. */
function logGiven(options: MigrateOptions, side: 'from' | 'to'): string | undefined {
  const { [side]: url, [`${side}Env` as const]: variable, [`${side}File` as const]: file } = options;
  const option = `--${side}`;
  if ([url, variable, file].filter((one) => one !== undefined).length > 1)
    throw new HeraldError(
      'invalid-option',
      `Give one of ${option}, ${option}-env and ${option}-file.`,
      option,
    );
  if (variable !== undefined) {
    const value = process.env[variable];
    if (value) return value;
    throw new HeraldError(
      'invalid-option',
      `${option}-env: This environment variable is not set.`,
      `${option}-env`,
    );
  }
  if (file !== undefined) return connectionStringIn(file, `${option}-file`);
  // Also where the password is not percent-encoded.
  if (url === undefined || !/:\/\/.*@/.test(url)) return url;
  throw new HeraldError(
    'invalid-option',
    `${option} must not contain a password: every user of this machine sees the arguments of a command, and they stay in the history of the shell. Write the connection string to a file that only you may read and give ${option}-file FILE, or give ${option}-env NAME with the name of an environment variable.`,
    option,
  );
}

/** The settings of one log. */
type Settings = Parameters<typeof readConfig>[0];

const SOURCE = Symbol('SOURCE');
const TARGET = Symbol('TARGET');

/** A log that an option names. @param after what is opened before it: without a source no target is created. */
const logOf = (
  provide: symbol,
  settings: Settings,
  option: string,
  access: 'read' | 'write',
  ...after: readonly symbol[]
) => ({
  provide,
  useFactory: (stores: OpenedStores) => stores.open(open(settings, option, access)),
  inject: [OpenedStores, ...after],
});

@Injectable()
class Migration {
  constructor(
    @Inject(SOURCE) private readonly source: EventStore,
    @Inject(TARGET) private readonly target: EventStore,
  ) {}

  async run(): Promise<number> {
    const { source, target } = this;
    await withBar('copied', source, (onProgress) => copyLog(source, target, onProgress));
    const same = await withBar('compared', source, (onProgress) => compareLogs(source, target, onProgress));
    say(
      `${same} events, identical in both logs. Set HERALD_EVENT_STORE to the new log and start Herald with new`,
    );
    say(
      'read models; they are built from the log automatically. Start no instance on the old log: what it records',
    );
    say('there is not in the new one.');
    return 0;
  }
}

async function open(settings: Settings, option: string, access: 'read' | 'write'): Promise<EventStore> {
  try {
    return await eventStoreAsWritten(readConfig(settings), access);
  } catch (error) {
    if (!(error instanceof HeraldError)) throw error;
    throw new HeraldError('invalid-option', `${option}: ${error.message}`, option);
  }
}

async function withBar<T>(
  label: string,
  source: EventStore,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const head = await source.head();
  const total = head === undefined ? 0 : await source.count(head);
  const bar = new ProgressBar(label);
  const throughput = new Throughput();
  try {
    return await work(async (done, position) =>
      bar.show(throughput.at({ done, total, share: head === undefined ? 1 : source.share(position, head) })),
    );
  } finally {
    bar.end();
  }
}
