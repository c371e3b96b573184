import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection, Document, DocumentStore } from '../application/document-store.js';
import type { EventStore } from '../application/event-store.js';
import { PROJECTIONS } from '../application/projections/all.js';
import type { Projection } from '../application/projections/projection.js';
import { Projector } from '../application/projections/projector.js';
import { ReadModels } from '../application/projections/read-models.js';
import { type Comparison, compareAcross } from '../application/replay/compare.js';
import { Pace } from '../application/replay/pace.js';
import { HeraldError } from '../domain/herald-error.js';
import { type Config, readConfig } from '../infrastructure/config/config.js';
import { documentStoreOf, eventStoreOf } from '../infrastructure/config/stores.js';
import { describeComparison } from './differences.js';
import { ProgressBar, say } from './terminal.js';

/** While Herald is at work its documents move under the comparison: then it is done again, so often. */
const MOST_TRIES = 5;

interface Stores {
  readonly log: EventStore;
  readonly live: DocumentStore;
  readonly rebuilt: DocumentStore;
}

/**
 * Rebuilds projections beside the live ones, in a folder of its own, and compares hashes. Herald may go on meanwhile.
 * @returns the exit code: 0 when all are the same, 1 when one differs.
 */
export async function verify(names: readonly string[]): Promise<number> {
  const config: Config = readConfig(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'herald-verify-'));
  const stores: Stores = {
    log: await eventStoreOf(config),
    live: await documentStoreOf(config),
    rebuilt: await documentStoreOf({ HERALD_READ_MODELS: `sqlite:${folder}` }),
  };
  try {
    const readModels = new ReadModels(stores.live);
    await readModels.open();
    let code = 0;
    for (const projection of chosen(names))
      code = Math.max(code, await verifyOne(projection, readModels, stores));
    return code;
  } finally {
    await stores.rebuilt.close();
    await stores.live.close();
    await stores.log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const chosen = (names: readonly string[]): readonly Projection<Document>[] => {
  const known = PROJECTIONS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined)
    return PROJECTIONS.filter(({ name }) => names.length === 0 || names.includes(name));
  throw new HeraldError('not-found', `There is no projection ${unknown}: there are ${known.join(', ')}.`);
};

async function verifyOne(
  projection: Projection<Document>,
  readModels: ReadModels,
  stores: Stores,
): Promise<number> {
  const { name, version, indexes } = projection;
  const { live } = readModels.of(projection);
  if (live.version !== version) {
    say(
      `${name}: version ${live.version} answers, the code has ${version}. Start Herald: it replays it by itself.`,
    );
    return 1;
  }
  const collection = readModels.collection(projection);
  const rebuilt: Collection = { name: 'rebuilt', indexes };
  const projector = new Projector(projection, stores.rebuilt, rebuilt);
  await projector.open();
  let comparison: Comparison | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await foldUpToLive(projector, stores, collection);
    comparison = await compareAcross(
      { store: stores.live, collection },
      { store: stores.rebuilt, collection: rebuilt },
      1,
    );
    if (comparison.hashes.live === comparison.hashes.rebuilt) break;
  }
  await stores.rebuilt.drop(rebuilt);
  const isSame = comparison !== undefined && comparison.hashes.live === comparison.hashes.rebuilt;
  say(`${name}: ${isSame ? 'the same' : 'DIFFERS'} (${comparison?.hashes.rebuilt.slice(0, 16)})`);
  if (!isSame && comparison) say(describeComparison(comparison));
  return isSame ? 0 : 1;
}

/** Up to the head of the log, where the live documents are as soon as they have caught up. */
async function foldUpToLive(projector: Projector, { log }: Stores, { name }: Collection): Promise<void> {
  const head = await log.head();
  if (head === undefined) return;
  const bar = new ProgressBar(name);
  const pace = new Pace();
  const total = await log.count(head);
  const from = projector.position === undefined ? {} : { from: projector.position };
  for await (const batch of log.readAll(from)) {
    await projector.fold(batch);
    const { parked, position } = projector;
    if (parked)
      throw new HeraldError(
        'poison-event',
        `${name}: the event ${parked.event} at ${parked.position} cannot be folded: ${parked.reason}.`,
      );
    if (position !== undefined) bar.show(pace.at(await log.count(position), total));
  }
  bar.end();
}
