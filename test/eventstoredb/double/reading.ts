import { type EventEmitter, once } from 'node:events';
import { setImmediate as giveWay } from 'node:timers/promises';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import { status as code, type ServerWritableStream } from '@grpc/grpc-js';
import { exception, fillRecorded, identifierOf, nameOf } from './messages.js';
import { firstAt, type Kept, type ServerLog } from './server-log.js';
import { Frames, frameOf } from './wire-format.js';

export type Reading = ServerWritableStream<pb.ReadReq, pb.ReadResp | Frames>;

/** What is told of reads and subscriptions, and how they go wrong. */
export interface Watching {
  /** An event is sent to a reader or subscriber. */
  readonly sends: (event: Kept) => void;
  /** So many events of the log are looked at for a filter, whether they are sent or not. */
  readonly looks: (count: number) => void;
  /** Whether a filtered subscription gets the end of the log as a checkpoint now, with events still to come, and is ended. */
  readonly endsEarly: () => boolean;
}

/** How many bytes of events are written at once. */
const CHUNK = 32 * 1024;
/** How many events a subscriber is passed over without giving way to others. */
const WINDOW = 10_000;

/** Answers a read, or follows the log for a subscriber until it leaves. */
export async function answerRead(log: ServerLog, call: Reading, watching: Watching): Promise<void> {
  call.on('error', () => undefined);
  const options = call.request.getOptions() as pb.ReadReq.Options;
  if (options.hasSubscription()) return follow(log, call, options, watching);
  if (Number(options.getCount()) === 0) return fail(call, { code: code.UNKNOWN, details: 'max count' });
  const streamOptions = options.getStream();
  const found = streamOptions ? log.read(nameOf(streamOptions.getStreamIdentifier())) : log.all;
  if (found === 'deleted' || !found) {
    const name = nameOf(streamOptions?.getStreamIdentifier());
    if (found)
      return fail(call, exception(code.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': name }));
    const missing = new pb.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(name));
    call.write(new pb.ReadResp().setStreamNotFound(missing));
    call.end();
    return;
  }
  const sending = new Sending(log, call, watching.sends, options.getResolveLinks());
  for (const event of chosen(found, options, watching)) if (!(await sending.add(event))) return;
  await sending.flush();
  call.end();
}

/** The events of a read, in its order. */
function* chosen(events: readonly Kept[], options: pb.ReadReq.Options, { looks }: Watching): Generator<Kept> {
  const backwards = options.getReadDirection() === pb.ReadReq.Options.ReadDirection.BACKWARDS;
  const isWanted = wantedBy(options);
  const step = backwards ? -1 : 1;
  let left = Number(options.getCount());
  const start = startOf(events, options, backwards);
  for (let at = start; at >= 0 && at < events.length && left > 0; at += step) {
    const event = events[at] as Kept;
    if (options.hasFilter()) looks(1);
    if (!isWanted(event)) continue;
    left -= 1;
    yield event;
  }
}

/** Inclusive forwards; backwards inclusive in a stream, and exclusive in the log. */
function startOf(events: readonly Kept[], options: pb.ReadReq.Options, backwards: boolean): number {
  const stream = options.getStream();
  const atEnd = backwards ? events.length - 1 : 0;
  if (stream) {
    if (!stream.hasRevision()) return atEnd;
    const from = Number(stream.getRevision());
    return backwards
      ? firstAt(events, ({ revision }) => revision > from) - 1
      : firstAt(events, ({ revision }) => revision >= from);
  }
  const from = positionIn(options.getAll());
  if (from === undefined) return atEnd;
  const index = firstAt(events, ({ position }) => position >= from);
  return backwards ? index - 1 : index;
}

/** Sends events, many in one write, as fast as the reader takes them. */
class Sending {
  #frames = new Frames();

  constructor(
    private readonly log: ServerLog,
    private readonly call: Reading,
    private readonly sends: Watching['sends'],
    private readonly resolvesLinks: boolean,
  ) {}

  /** @returns whether the reader is still there. */
  async add(event: Kept): Promise<boolean> {
    this.sends(event);
    const target = this.resolvesLinks ? targetOf(this.log, event) : undefined;
    if (target) {
      await this.flush();
      await this.#write(linked(event, target));
    } else {
      this.#frames.add(frameOf(event));
      if (this.#frames.length >= CHUNK) await this.flush();
    }
    return !this.call.cancelled && !this.call.destroyed;
  }

  async flush(): Promise<void> {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    this.#frames = new Frames();
    await this.#write(frames);
  }

  async #write(message: pb.ReadResp | Frames): Promise<void> {
    if (!this.call.write(message)) await either([this.call, 'drain'], [this.call, 'cancelled']);
  }
}

async function follow(
  log: ServerLog,
  call: Reading,
  options: pb.ReadReq.Options,
  { sends, looks, endsEarly }: Watching,
): Promise<void> {
  const confirmation = new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId('subscription');
  call.write(new pb.ReadResp().setConfirmation(confirmation));
  const isWanted = wantedBy(options);
  const sending = new Sending(log, call, sends, false);
  let after = positionBefore(log, options);
  let isCaughtUp = false;
  let hasPassedOver = false;
  const filter = options.getFilter();
  const interval = filter ? filter.getMax() * filter.getCheckpointintervalmultiplier() : 0;
  let looked = 0;
  while (!call.cancelled && !call.destroyed) {
    const { all } = log;
    const start = firstAt(all, ({ position }) => position > after);
    const end = Math.min(
      start + WINDOW,
      firstAt(all, ({ position }) => position > log.committed),
    );
    if (filter && start < end) {
      if (endsEarly()) {
        checkpoint(call, log.committed);
        call.end();
        return;
      }
      looks(end - start);
    }
    for (let at = start; at < end; at += 1) {
      const event = all[at] as Kept;
      after = event.position;
      if (isWanted(event)) {
        if (!(await sending.add(event))) return;
      } else {
        if (filter && !hasPassedOver) {
          await sending.flush();
          checkpoint(call, event.position);
        }
        hasPassedOver = true;
      }
      looked += 1;
      if (interval > 0 && looked % interval === 0) {
        await sending.flush();
        checkpoint(call, event.position);
      }
    }
    if (start < end) {
      await sending.flush();
      await giveWay();
      continue;
    }
    if (!isCaughtUp) {
      isCaughtUp = true;
      if (filter) checkpoint(call, log.committed);
      call.write(new pb.ReadResp().setCaughtUp(new pb.ReadResp.CaughtUp()));
    }
    await either([log.changes, 'change'], [call, 'cancelled']);
  }
}

/** The position behind which a subscription begins. */
function positionBefore(log: ServerLog, options: pb.ReadReq.Options): bigint {
  const stream = options.getStream();
  const all = options.getAll();
  if (stream?.hasEnd() || all?.hasEnd()) return log.committed;
  if (stream?.hasRevision()) {
    const found = log.read(nameOf(stream.getStreamIdentifier()));
    const revision = Number(stream.getRevision());
    const events = Array.isArray(found) ? (found as readonly Kept[]) : [];
    return events[firstAt(events, (event) => event.revision > revision) - 1]?.position ?? -1n;
  }
  return positionIn(all) ?? -1n;
}

function wantedBy(options: pb.ReadReq.Options): (event: Kept) => boolean {
  const stream = options.getStream();
  if (stream) {
    const name = nameOf(stream.getStreamIdentifier());
    return (event) => event.stream === name;
  }
  const filter = options.getFilter();
  const expression = filter?.getEventType() ?? filter?.getStreamIdentifier();
  if (!filter || !expression) return () => true;
  const regex = expression.getRegex() ? new RegExp(expression.getRegex()) : undefined;
  const prefixes = expression.getPrefixList();
  const isWanted = (text: string) =>
    regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  return filter.hasEventType() ? ({ type }) => isWanted(type) : ({ stream: name }) => isWanted(name);
}

const linked = (event: Kept, target: Kept): pb.ReadResp => {
  const recorded = (one: Kept) => fillRecorded(new pb.ReadResp.ReadEvent.RecordedEvent(), one);
  const answer = new pb.ReadResp.ReadEvent().setCommitPosition(String(event.position));
  return new pb.ReadResp().setEvent(answer.setLink(recorded(event)).setEvent(recorded(target)));
};

/** What a link points to: `revision@stream`. */
const targetOf = (log: ServerLog, event: Kept): Kept | undefined => {
  if (event.type !== '$>') return undefined;
  const [revision, stream = ''] = Buffer.from(event.data).toString().split('@');
  const found = log.read(stream);
  return Array.isArray(found) ? found.find((one) => one.revision === Number(revision)) : undefined;
};

const checkpoint = (call: Reading, position: bigint): void => {
  const at = new pb.ReadResp.Checkpoint()
    .setCommitPosition(String(position))
    .setPreparePosition(String(position));
  call.write(new pb.ReadResp().setCheckpoint(at));
};

const positionIn = (all: pb.ReadReq.Options.AllOptions | undefined): bigint | undefined =>
  all?.hasPosition() ? BigInt(all.getPosition()?.getCommitPosition() ?? 0) : undefined;

const fail = (call: Reading, error: object): void => void call.emit('error', error);

/** Waits for the first of these, and leaves no listener behind. */
async function either(...events: readonly [EventEmitter, string][]): Promise<void> {
  const done = new AbortController();
  const waiting = events.map(([emitter, name]) => once(emitter, name, { signal: done.signal }));
  await Promise.race(waiting).catch(() => undefined);
  done.abort();
  await Promise.allSettled(waiting);
}
