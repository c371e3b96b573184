import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type Collection, type Document, DocumentStore } from '../../application/ports/document-store.js';
import { EventStore, type Position } from '../../application/ports/event-store.js';
import type { Projection } from '../../application/ports/projection.js';
import { PROJECTIONS } from '../../application/read-models/all.js';
import { Projector } from '../../application/read-models/engine/projector.js';
import { collectionOf, type Live, ReadModels } from '../../application/read-models/engine/read-models.js';
import { StopAtFirst } from '../../application/read-models/parking/exceptions.js';
import { SkippedEvents } from '../../application/read-models/parking/skipped-events.js';
import { type Comparison, compareAcross } from '../../application/read-models/rebuild/compare.js';
import { type Reached, Throughput } from '../../application/read-models/rebuild/throughput.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readConfig } from '../../infrastructure/config/config.js';
import { configModuleOf } from '../../infrastructure/config/config.module.js';
import { documentStoreOf } from '../../infrastructure/config/stores.js';
import { inContext } from '../context.js';
import { DOCUMENTS_TO_READ, LOG_TO_READ, OpenedStores } from '../stores/opened-stores.js';
import { TemporaryFolder } from '../terminal/temporary-folder.js';
import { ProgressBar, type ProgressOutput, progressOutput, say } from '../terminal/terminal.js';
import { describeComparison } from './differences.js';

export interface VerifyOptions {
  readonly json?: boolean;
}

/**
 * Rebuilds projections beside the live ones, in a folder of its own, and compares hashes. Herald may be running.
 * @returns the exit code: 0 if all are the same, 1 if one differs.
 * @throws HeraldError `log-missing`, `read-models-missing`, and `nothing-to-verify` if there was no document at all.
 */
export async function verify(
  names: readonly string[],
  { json = false }: VerifyOptions = {},
): Promise<number> {
  const config = readConfig(process.env);
  const projections = chosen(names);
  return inContext(
    {
      imports: [configModuleOf(config)],
      providers: [LOG_TO_READ, DOCUMENTS_TO_READ, REBUILT_DOCUMENTS, ReadModels, SkippedEvents, Verification],
    },
    (context) => context.get(Verification).run(projections, json),
  );
}

/** How long the documents of a running Herald are left alone before they are read again, in milliseconds. */
const PAUSE_MS = 50;

const REBUILT = Symbol('REBUILT');

/** Where projections are rebuilt: in a folder of the command, which is removed when it ends. */
const REBUILT_DOCUMENTS = {
  provide: REBUILT,
  useFactory: async (stores: OpenedStores): Promise<DocumentStore> => {
    const { path } = await stores.open(await TemporaryFolder.make('herald-verify-'));
    return stores.open(documentStoreOf({ HERALD_READ_MODELS: `sqlite:${path}` }));
  },
  inject: [OpenedStores, DocumentStore],
};

/** The result for one projection. */
interface Verdict {
  readonly projection: string;
  /** `empty`: the same, because neither side has a document. */
  readonly result: 'same' | 'empty' | 'differs';
  readonly says: string;
  readonly difference?: Comparison;
}

const nothing = (): HeraldError =>
  new HeraldError(
    'nothing-to-verify',
    'Nothing was verified: there is no document, neither live nor rebuilt from the log. Check that HERALD_EVENT_STORE and HERALD_READ_MODELS name the intended stores.',
  );

const missing = (name: string, place: string): HeraldError =>
  new HeraldError(
    'read-models-missing',
    `There is no read model ${name} at ${place}, although it is the one that answers. Start Herald: it is rebuilt from the log.`,
  );

const chosen = (names: readonly string[]): readonly Projection<Document>[] => {
  const known = PROJECTIONS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined)
    return PROJECTIONS.filter(({ name }) => names.length === 0 || names.includes(name));
  throw new HeraldError(
    'not-found',
    `There is no projection ${unknown}. Known projections: ${known.join(', ')}.`,
  );
};

@Injectable()
class Verification {
  constructor(
    private readonly log: EventStore,
    private readonly live: DocumentStore,
    @Inject(REBUILT) private readonly rebuilt: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly skips: SkippedEvents,
  ) {}

  /** @param json each verdict as a line of JSON. */
  async run(projections: readonly Projection<Document>[], json: boolean): Promise<number> {
    const known = await this.readModels.peek();
    const results: Verdict['result'][] = [];
    for (const projection of projections) {
      const verdict = await this.#verify(projection, known.get(projection.name), progressOutput(json));
      const { says, difference, result } = verdict;
      if (json) say(JSON.stringify(verdict));
      else say(`${projection.name}: ${says}`, ...(difference ? describeComparison(difference) : []));
      results.push(result);
    }
    if (results.every((result) => result === 'empty')) throw nothing();
    return results.includes('differs') ? 1 : 0;
  }

  async #verify(
    projection: Projection<Document>,
    pointer: Live | undefined,
    output: ProgressOutput,
  ): Promise<Verdict> {
    const { name, version, indexes } = projection;
    const differs = { projection: name, result: 'differs' } as const;
    if (!pointer) return { ...differs, says: 'has not been built yet. Start Herald to build it.' };
    const { live } = pointer;
    if (live.version !== version) {
      const next =
        live.version > version
          ? `Upgrade Herald, or run: herald replay ${name}`
          : 'Start Herald to rebuild it.';
      return { ...differs, says: `version ${live.version} is live, but the code has ${version}. ${next}` };
    }
    const collection = collectionOf(live, pointer.indexes);
    const place = await this.live.missingAt(collection);
    if (place !== undefined) throw missing(name, place);
    await this.live.ensure(collection);
    await this.skips.open();
    const rebuilt: Collection = { name: 'rebuilt', indexes };
    const projector = new Projector(
      projection,
      this.rebuilt,
      rebuilt,
      undefined,
      undefined,
      undefined,
      new StopAtFirst(name, this.skips),
    );
    await projector.open();
    await this.#foldUpToLive(projector, collection, output);
    // While Herald is running, its documents change during the comparison.
    const comparison = await compareAcross(
      { store: this.live, collection },
      { store: this.rebuilt, collection: rebuilt },
      1,
      async () => {
        await setTimeout(PAUSE_MS);
        await this.#foldUpToLive(projector, collection, output);
      },
    );
    await this.rebuilt.drop(rebuilt);
    const { hashes, same } = comparison;
    const hash = hashes.rebuilt.slice(0, 16);
    if (hashes.live !== hashes.rebuilt)
      return { ...differs, says: `DIFFERS (${hash})`, difference: comparison };
    return { projection: name, result: same === 0 ? 'empty' : 'same', says: `the same (${hash})` };
  }

  /** Up to the head of the log, which the live documents have reached once they have caught up. */
  async #foldUpToLive(projector: Projector, { name }: Collection, output: ProgressOutput): Promise<void> {
    const head = await this.log.head();
    if (head === undefined) return;
    const bar = new ProgressBar(name, output);
    const throughput = new Throughput();
    const total = await this.log.count(head);
    const reached = (position: Position): Reached => ({
      ...{ done: projector.read, share: this.log.share(position, head) },
      total: total && Math.max(total, projector.read ?? 0),
    });
    const from = projector.position === undefined ? {} : { from: projector.position };
    for await (const batch of this.log.readAll(from)) {
      await projector.fold(batch);
      const { parked, position } = projector;
      if (parked)
        throw new HeraldError(
          'poison-event',
          `${name}: the event ${parked.event} at ${parked.position} cannot be folded: ${parked.reason}.`,
        );
      // What was appended meanwhile is read, too.
      if (position !== undefined) bar.show(throughput.at(reached(position)));
    }
    bar.end();
  }
}
