import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InboundKeys } from '../../src/application/ingest/inbound-keys.js';
import type { EventToAppend } from '../../src/application/ports/event-store.js';
import { MAX_UNSAVED_KEY_EVENTS } from '../../src/domain/bounds.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { happenings } from '../contract/events.js';
import { EventStoreDouble } from './double/double.js';
import { connect } from './tested-client.js';

const KEYS = { name: 'inbound-keys@1', indexes: [] };

let folder: string;
let server: EventStoreDouble;
let log: GrpcEventStore;
let documents: SqliteReadModels;
let keys: InboundKeys;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-keys-'));
  server = await new EventStoreDouble().start();
  log = new GrpcEventStore({ url: server.url }, connect);
  documents = new SqliteReadModels({ folder });
  keys = new InboundKeys(log, documents);
  keys.onModuleInit();
});

afterEach(async () => {
  await keys.close();
  await documents.close();
  await log.close();
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

const withKey = (sourceId: string): EventToAppend => {
  const [event] = happenings(1);
  if (!event) throw new Error('There is no event.');
  return { ...event, metadata: { ...event.metadata, commandId: `command-${sourceId}`, sourceId } };
};

/** The index answers, so it has passed the end of the log. */
const records = (sourceId: string) => keys.find([`command-${sourceId}`]);

it('The index of keys is current without a checkpoint for each event that has no key', async () => {
  const writes = vi.spyOn(documents, 'write');
  for (let n = 0; n < 10; n += 1) {
    await log.append(`partner-${n}`, happenings(1), 'no-stream');
    expect(await records('none')).toEqual([]);
  }
  expect(writes).not.toHaveBeenCalled();

  const { position } = await log.append('partner-a', [withKey('a')], 'no-stream');
  expect(await records('a')).toMatchObject([{ stream: 'partner-a' }]);
  expect(await documents.checkpoint(KEYS)).toBe(position);

  await log.append('partner-b', happenings(MAX_UNSAVED_KEY_EVENTS - 1), 'no-stream');
  expect(await records('none')).toEqual([]);
  expect(await documents.checkpoint(KEYS)).toBe(position);
  const last = await log.append('partner-c', happenings(1), 'no-stream');
  expect(await records('none')).toEqual([]);
  expect(await documents.checkpoint(KEYS)).toBe(last.position);
});

it('What an index has passed without a checkpoint is read again after a start, and nothing twice', async () => {
  const { position } = await log.append('partner-a', [withKey('a')], 'no-stream');
  expect(await records('a')).toHaveLength(1);
  await log.append('partner-b', happenings(10), 'no-stream');
  expect(await records('a')).toHaveLength(1);
  await keys.close();
  expect(await documents.checkpoint(KEYS)).toBe(position);

  await log.append('partner-c', [withKey('c')], 'no-stream');
  keys = new InboundKeys(log, documents);
  keys.onModuleInit();
  expect(await records('a')).toMatchObject([{ stream: 'partner-a' }]);
  expect(await records('c')).toMatchObject([{ stream: 'partner-c' }]);
});
