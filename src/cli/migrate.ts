import { Inject, Injectable } from '@nestjs/common';
import { compareLogs, copyLog } from '../application/migration/migrate.js';
import type { EventStore, Position } from '../application/ports/event-store.js';
import { Throughput } from '../application/read-models/rebuild/throughput.js';
import { HeraldError } from '../domain/kernel/herald-error.js';
import { readConfig } from '../infrastructure/config/config.js';
import { eventStoreAsWritten } from '../infrastructure/config/stores.js';
import { inContext } from './context.js';
import { OpenedStores } from './opened-stores.js';
import { ProgressBar, say } from './terminal.js';

export interface MigrateOptions {
  readonly from: string;
  readonly to: string;
}

/**
 * Copies a log with its ids and times into another one, and compares both. An interrupted copy can be restarted.
 * @returns the exit code 0.
 * @throws HeraldError `invalid-option`, `target-differs`, and what the logs throw.
 */
export async function migrate({ from, to }: MigrateOptions): Promise<number> {
  if (from === to)
    throw new HeraldError(
      'invalid-option',
      'Both options name the same log: choose another one for --to.',
      '--to',
    );
  return inContext(
    {
      providers: [
        Migration,
        logOf(SOURCE, from, '--from', 'read'),
        logOf(TARGET, to, '--to', 'write', SOURCE),
      ],
    },
    (context) => context.get(Migration).run(),
  );
}

const SOURCE = Symbol('SOURCE');
const TARGET = Symbol('TARGET');

/** A log that an option names. @param after what is opened before it: without a source no target is created. */
const logOf = (
  provide: symbol,
  url: string,
  option: string,
  access: 'read' | 'write',
  ...after: readonly symbol[]
) => ({
  provide,
  useFactory: (stores: OpenedStores) => stores.open(open(url, option, access)),
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
    say('read models; they are built from the log automatically.');
    return 0;
  }
}

async function open(url: string, option: string, access: 'read' | 'write'): Promise<EventStore> {
  try {
    return await eventStoreAsWritten(readConfig({ HERALD_EVENT_STORE: url }), access);
  } catch (error) {
    if (!(error instanceof HeraldError)) throw error;
    throw new HeraldError('invalid-option', `${option}: ${error.message}`, option);
  }
}

async function withBar<T>(
  label: string,
  source: EventStore,
  work: (onProgress: (position: Position) => Promise<void>) => Promise<T>,
): Promise<T> {
  const head = await source.head();
  const total = head === undefined ? 0 : await source.count(head);
  const bar = new ProgressBar(label);
  const throughput = new Throughput();
  try {
    return await work(async (position) => bar.show(throughput.at(await source.count(position), total)));
  } finally {
    bar.end();
  }
}
