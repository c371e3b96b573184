import { messageOf } from '../../../domain/kernel/herald-error.js';
import type { Document } from '../../ports/document-store.js';
import type { EventStore, Position, StoredEvent } from '../../ports/event-store.js';
import type { Body, Target } from '../../ports/projection.js';
import { type Offender, type Parking, streamUnit } from '../parking/exceptions.js';
import { isMatching } from './document-buffer.js';
import type { Projector } from './projector.js';

interface Fault {
  readonly event: Offender;
  readonly reason: string;
  readonly waitsFor?: string;
}

interface State<D extends Document> {
  readonly body: Body<D> | undefined;
  /** The last event that changed it; empty before the first. */
  readonly position: Position;
}

/** A document that is folded again. */
class Refolded<D extends Document> {
  #state: State<D>;
  /** The last state that can be stored. */
  #good: State<D>;
  fault: Fault | undefined;
  /** Nothing more can be folded into it. */
  isBroken = false;
  waiting = 0;

  /** @param from the first event to fold into it. */
  constructor(
    state: State<D>,
    readonly from: Position,
  ) {
    this.#state = state;
    this.#good = state;
  }

  get body(): Body<D> | undefined {
    return this.#state.body;
  }

  get good(): State<D> {
    return this.#good;
  }

  put(
    body: Body<D> | undefined,
    event: StoredEvent,
    faultOf: (body: Body<D> | undefined) => string | undefined,
  ) {
    if (body === this.body) return;
    this.#state = { body, position: event.position };
    const reason = faultOf(body);
    if (reason === undefined) {
      this.#good = this.#state;
      this.fault = undefined;
      this.waiting = 0;
    } else this.fault ??= { event, reason };
  }

  /** Stops it before the event. */
  breakAt(fault: Fault): void {
    this.fault ??= fault;
    this.isBroken = true;
  }
}

/**
 * Folds parked documents again, in memory: from the last good state of each, or, if an event looks up other documents, from the
 * beginning of the log together with those. The result equals that of a rebuild.
 */
export class Refold<D extends Document> {
  #documents = new Map<string, Refolded<D>>();
  /** The documents that are looked up. */
  readonly #others = new Set<string>();
  #isFromStart = false;
  /** The last processed event. */
  #done: Position | undefined;
  #first: Position | undefined;

  constructor(
    private readonly log: EventStore,
    private readonly projector: Projector<D>,
    private readonly parking: Parking,
    private readonly ids: readonly string[],
  ) {}

  /** The requested documents, by id. */
  get results(): ReadonlyMap<string, Pick<Refolded<D>, 'good' | 'fault' | 'waiting'>> {
    return new Map([...this.#documents].filter(([id]) => this.ids.includes(id)));
  }

  /** Folds up to and including an event of the log. May be called again to continue. */
  async advance(upTo: Position): Promise<void> {
    if (this.#documents.size === 0) await this.#begin();
    while (!(await this.#pass(upTo))) this.#beginAtStart();
  }

  async #begin(): Promise<void> {
    const stored = await this.projector.stored(this.ids);
    for (const id of this.ids) {
      const { position = '', ...body } = stored.get(id) ?? {};
      const from = this.parking.get(id)?.from ?? '';
      const state = { position, body: stored.has(id) ? (body as unknown as Body<D>) : undefined };
      this.#documents.set(id, new Refolded(state, from));
      if (this.#first === undefined || from < this.#first) this.#first = from;
    }
  }

  #beginAtStart(): void {
    this.#isFromStart = true;
    this.#first = undefined;
    this.#done = undefined;
    const ids = [...this.ids, ...this.#others];
    this.#documents = new Map(ids.map((id) => [id, new Refolded<D>({ body: undefined, position: '' }, '')]));
  }

  /** @returns false if it has to restart at the beginning of the log. */
  async #pass(upTo: Position): Promise<boolean> {
    const from = this.#done ?? this.#first;
    for await (const batch of this.log.readAll(from ? { from } : {}))
      for (const event of batch) {
        if (event.position > upTo) return true;
        if (event.position <= (this.#done ?? '')) continue;
        if (!this.#fold(event)) return false;
        this.#done = event.position;
      }
    return true;
  }

  /** @returns false if documents to be looked up are missing in their past state. */
  #fold(event: StoredEvent): boolean {
    const target = this.projector.handles(event.type) ? this.#targetOf(event) : undefined;
    const concerned = target ? this.#concerned(target, event) : [];
    if (concerned.length === 0) return true;
    const { projection } = this.projector;
    const reads = projection.reads?.(event) ?? [];
    if (reads.some((id) => !this.#documents.has(id)) || (reads.length > 0 && !this.#isFromStart)) {
      for (const id of reads) this.#others.add(id);
      return false;
    }
    const before = new Map(reads.map((id) => [id, this.#documents.get(id)?.body]));
    const waitsFor = reads.find((id) => this.#documents.get(id)?.fault);
    const after: (() => void)[] = [];
    for (const [id, one] of concerned) {
      if (waitsFor !== undefined)
        one.breakAt({ event, reason: `It depends on ${waitsFor}, which is parked.`, waitsFor });
      if (one.fault) one.waiting += 1;
      if (one.isBroken) continue;
      try {
        const body = projection.evolve(one.body, event, id, (read) => before.get(read));
        after.push(() => one.put(body, event, (state) => this.projector.faultOf(id, state)));
      } catch (error) {
        one.breakAt({ event, reason: messageOf(error) });
      }
    }
    for (const put of after) put();
    return true;
  }

  /** Undefined if the event is skipped, or parks its stream. */
  #targetOf(event: StoredEvent): Target | undefined {
    const unit = streamUnit(event);
    const stream = this.parking.get(unit);
    if (this.parking.isSkipped(unit, event) || (stream && event.position >= stream.position))
      return undefined;
    try {
      return this.projector.projection.target(event);
    } catch {
      return undefined;
    }
  }

  #concerned({ ids = [], where }: Target, event: StoredEvent): readonly [string, Refolded<D>][] {
    const isConcerned = (id: string, { body }: Refolded<D>) =>
      ids.includes(id) || (where !== undefined && isMatching(body, where));
    return [...this.#documents].filter(
      ([id, one]) => event.position >= one.from && isConcerned(id, one) && !this.parking.isSkipped(id, event),
    );
  }
}
