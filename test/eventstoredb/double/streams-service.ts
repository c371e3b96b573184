import { type EventEmitter, once } from 'node:events';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import {
  status as code,
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Appended, Expected, Kept, Proposed, ServerLog } from './server-log.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const nameOf = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

export const identifierOf = (name: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));

/** An error as the server puts it into the trailers. */
export const exception = (grpcCode: code, name: string, details: Record<string, string>) => {
  const metadata = new Metadata();
  metadata.set('exception', name);
  for (const [key, value] of Object.entries(details)) metadata.set(key, value);
  return { code: grpcCode, details: name, metadata };
};

/** Fills a RecordedEvent of either service. */
export function fillRecorded<R extends pb.ReadResp.ReadEvent.RecordedEvent>(into: R, event: Kept): R {
  into.setId(new shared.UUID().setString(event.id));
  into.setStreamIdentifier(identifierOf(event.stream));
  into.setStreamRevision(String(event.revision));
  into.setPreparePosition(String(event.position)).setCommitPosition(String(event.position));
  into.getMetadataMap().set('type', event.type).set('content-type', event.contentType);
  into.getMetadataMap().set('created', '638700000000000000');
  into.setCustomMetadata(event.metadata).setData(event.data);
  return into;
}

const readEvent = (event: Kept, target?: Kept): pb.ReadResp => {
  const recorded = (one: Kept) => fillRecorded(new pb.ReadResp.ReadEvent.RecordedEvent(), one);
  const answer = new pb.ReadResp.ReadEvent().setCommitPosition(String(event.position));
  if (target) answer.setLink(recorded(event));
  return new pb.ReadResp().setEvent(answer.setEvent(recorded(target ?? event)));
};

/** What a link points to: `revision@stream`. */
const targetOf = (log: ServerLog, event: Kept): Kept | undefined => {
  if (event.type !== '$>') return undefined;
  const [revision, stream = ''] = Buffer.from(event.data).toString().split('@');
  const found = log.read(stream);
  return Array.isArray(found) ? found.find((one) => one.revision === Number(revision)) : undefined;
};

type Reading = ServerWritableStream<pb.ReadReq, pb.ReadResp>;

export type AppendCall = ServerDuplexStream<pb.BatchAppendReq, pb.BatchAppendResp>;

/** How the server behaves besides answering. */
interface Behaviour {
  readonly isSilent: () => boolean;
  readonly appendCame: () => void;
  readonly readsFail: () => code | undefined;
  /** The message of the status with which appends are turned away; undefined: they are not. */
  readonly turnedAway: () => string | undefined;
  /** An event is sent to a reader or subscriber. */
  readonly sends: (event: Kept) => void;
  /** The calls over which clients append. */
  readonly appending: Set<AppendCall>;
}

/** Reading, subscribing, appending and deleting, over the server's log. */
export const streamsService = (
  log: ServerLog,
  { isSilent, appendCame, readsFail, turnedAway, sends, appending }: Behaviour,
) => ({
  read: (call: Reading): void => {
    if (isSilent()) return;
    const refusal = readsFail();
    if (refusal === undefined) void answerRead(log, call, sends);
    else fail(call, { code: refusal, details: 'refused' });
  },
  append: (_: unknown, done: sendUnaryData<pb.AppendResp>): void =>
    done({ code: code.UNIMPLEMENTED, details: 'the client appends in batches' }),
  batchAppend: (call: AppendCall): void => {
    appending.add(call);
    for (const end of ['end', 'error', 'close', 'cancelled']) call.on(end, () => void appending.delete(call));
    const pending = new Map<string, { options: pb.BatchAppendReq.Options; events: Proposed[] }>();
    call.on('data', (request: pb.BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() || JSON.stringify(request.getCorrelationId());
      const batch = pending.get(id) ?? {
        options: request.getOptions() as pb.BatchAppendReq.Options,
        events: [],
      };
      batch.events.push(...request.getProposedMessagesList().map(proposedOf));
      pending.set(id, batch);
      if (!request.getIsFinal()) return;
      appendCame();
      if (isSilent()) return;
      pending.delete(id);
      const answer = (response: pb.BatchAppendResp) => {
        if (call.cancelled || call.destroyed) return;
        call.write(
          response
            .setCorrelationId(request.getCorrelationId())
            .setStreamIdentifier(batch.options.getStreamIdentifier()),
        );
      };
      const turned = turnedAway();
      if (turned !== undefined) {
        const nothing = new anyPb.Any();
        nothing.pack(new emptyPb.Empty().serializeBinary(), 'google.protobuf.Empty');
        answer(new pb.BatchAppendResp().setError(new status.Status().setMessage(turned).setDetails(nothing)));
        return;
      }
      const name = nameOf(batch.options.getStreamIdentifier());
      if (name === '' || batch.events.some((event) => !UUID.test(event.id) || event.type === '')) {
        // Seen on a real server: it answers, and once more when the deadline has passed.
        answer(refused('BadRequest', new shared.BadRequest().setMessage('bad')));
        const deadline = batch.options.getDeadline()?.toDate() ?? new Date();
        const late = () => answer(refused('Timeout', new shared.Timeout()));
        setTimeout(late, deadline.getTime() - Date.now()).unref();
        return;
      }
      const expected = expectedOf(batch.options);
      answer(appendedResponse(log.append(name, batch.events, expected), expected));
    });
    call.on('end', () => call.end());
    call.on('error', () => undefined);
  },
  delete: (call: ServerUnaryCall<pb.DeleteReq, pb.DeleteResp>, done: sendUnaryData<pb.DeleteResp>): void => {
    log.delete(nameOf(call.request.getOptions()?.getStreamIdentifier()));
    done(null, new pb.DeleteResp().setNoPosition(new shared.Empty()));
  },
  tombstone: (
    call: ServerUnaryCall<pb.TombstoneReq, pb.TombstoneResp>,
    done: sendUnaryData<pb.TombstoneResp>,
  ): void => {
    log.tombstone(nameOf(call.request.getOptions()?.getStreamIdentifier()));
    done(null, new pb.TombstoneResp().setNoPosition(new shared.Empty()));
  },
});

async function answerRead(log: ServerLog, call: Reading, sends: Behaviour['sends']): Promise<void> {
  call.on('error', () => undefined);
  const options = call.request.getOptions() as pb.ReadReq.Options;
  if (options.hasSubscription()) return follow(log, call, options, sends);
  if (Number(options.getCount()) === 0) return fail(call, { code: code.UNKNOWN, details: 'max count' });
  const backwards = options.getReadDirection() === pb.ReadReq.Options.ReadDirection.BACKWARDS;
  const streamOptions = options.getStream();
  let events: readonly Kept[];
  if (streamOptions) {
    const name = nameOf(streamOptions.getStreamIdentifier());
    const found = log.read(name);
    if (found === 'deleted')
      return fail(call, exception(code.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': name }));
    if (!found) {
      const missing = new pb.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(name));
      call.write(new pb.ReadResp().setStreamNotFound(missing));
      call.end();
      return;
    }
    const from = streamOptions.hasRevision() ? Number(streamOptions.getRevision()) : undefined;
    events = found.filter(
      ({ revision }) => from === undefined || (backwards ? revision <= from : revision >= from),
    );
  } else {
    const from = positionIn(options.getAll());
    const index = from === undefined ? (backwards ? log.all.length : 0) : log.firstAt(from);
    const count = Number(options.getCount());
    if (options.hasFilter()) {
      const isWanted = wantedBy(options);
      const side = backwards ? log.all.slice(0, index) : log.all.slice(index);
      const wanted = side.filter(isWanted);
      events = backwards ? wanted.slice(-Math.min(count, wanted.length || 1)) : wanted.slice(0, count);
    } else
      events = backwards
        ? log.all.slice(Math.max(0, index - count), index)
        : log.all.slice(index, index + count);
  }
  const ordered = backwards ? events.toReversed() : events;
  for (const event of ordered.slice(0, Number(options.getCount()))) {
    if (call.cancelled) return;
    sends(event);
    const target = options.getResolveLinks() ? targetOf(log, event) : undefined;
    if (!call.write(readEvent(event, target))) await either([call, 'drain'], [call, 'cancelled']);
  }
  call.end();
}

/** Waits for the first of these, and leaves no listener behind. */
async function either(...events: readonly [EventEmitter, string][]): Promise<void> {
  const done = new AbortController();
  const waiting = events.map(([emitter, name]) => once(emitter, name, { signal: done.signal }));
  await Promise.race(waiting).catch(() => undefined);
  done.abort();
  await Promise.allSettled(waiting);
}

async function follow(
  log: ServerLog,
  call: Reading,
  options: pb.ReadReq.Options,
  sends: Behaviour['sends'],
): Promise<void> {
  const confirmation = new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId('subscription');
  call.write(new pb.ReadResp().setConfirmation(confirmation));
  const isWanted = wantedBy(options);
  let next = firstAfter(log, options);
  let isCaughtUp = false;
  let hasPassedOver = false;
  while (!call.cancelled && !call.destroyed) {
    const event = log.all[next];
    if (!event) {
      if (!isCaughtUp) {
        isCaughtUp = true;
        if (options.getFilter()) checkpoint(call, log.all.at(-1)?.position ?? 0);
        call.write(new pb.ReadResp().setCaughtUp(new pb.ReadResp.CaughtUp()));
      }
      await either([log.changes, 'change'], [call, 'cancelled']);
      continue;
    }
    next += 1;
    if (!isWanted(event)) {
      if (options.getFilter() && !hasPassedOver) checkpoint(call, event.position);
      hasPassedOver = true;
      continue;
    }
    sends(event);
    if (!call.write(readEvent(event))) await either([call, 'drain'], [call, 'cancelled']);
  }
}

function firstAfter(log: ServerLog, options: pb.ReadReq.Options): number {
  const stream = options.getStream();
  const all = options.getAll();
  if (stream?.hasEnd() || all?.hasEnd()) return log.all.length;
  if (stream?.hasRevision()) {
    const name = nameOf(stream.getStreamIdentifier());
    const revision = Number(stream.getRevision());
    return log.all.findIndex((event) => event.stream === name && event.revision === revision) + 1;
  }
  const from = positionIn(all);
  if (from === undefined) return 0;
  return log.firstAt(from + 1);
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
  return (event) => {
    const text = filter.hasEventType() ? event.type : event.stream;
    return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
}

const checkpoint = (call: Reading, position: number): void => {
  const at = new pb.ReadResp.Checkpoint()
    .setCommitPosition(String(position))
    .setPreparePosition(String(position));
  call.write(new pb.ReadResp().setCheckpoint(at));
};

const positionIn = (all: pb.ReadReq.Options.AllOptions | undefined): number | undefined =>
  all?.hasPosition() ? Number(all.getPosition()?.getCommitPosition()) : undefined;

const fail = (call: Reading, error: object): void => void call.emit('error', error);

const proposedOf = (message: pb.BatchAppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

const expectedOf = (options: pb.BatchAppendReq.Options): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : Number(options.getStreamPosition());
};

const refused = (name: string, message: { serializeBinary(): Uint8Array }): pb.BatchAppendResp => {
  const details = new anyPb.Any();
  details.pack(message.serializeBinary(), `event_store.client.${name}`);
  return new pb.BatchAppendResp().setError(new status.Status().setMessage(name).setDetails(details));
};

function appendedResponse(appended: Appended, expected: Expected): pb.BatchAppendResp {
  if (appended === 'deleted') return refused('StreamDeleted', new shared.StreamDeleted());
  if (appended === 'too-large') {
    const most = new shared.MaximumAppendSizeExceeded().setMaxappendsize(1024 * 1024);
    return refused('MaximumAppendSizeExceeded', most);
  }
  if (!appended.ok) return refused('WrongExpectedVersion', wrongVersion(appended.actual, expected));
  const at = String(appended.position);
  const position = new shared.AllStreamPosition().setCommitPosition(at).setPreparePosition(at);
  const success = new pb.BatchAppendResp.Success().setCurrentRevision(String(appended.revision));
  return new pb.BatchAppendResp().setSuccess(success.setPosition(position));
}

const wrongVersion = (actual: number | 'no_stream', expected: Expected): shared.WrongExpectedVersion => {
  const wrong = new shared.WrongExpectedVersion();
  if (expected === 'any') wrong.setExpectedAny(new emptyPb.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new emptyPb.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new emptyPb.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  return actual === 'no_stream'
    ? wrong.setCurrentNoStream(new emptyPb.Empty())
    : wrong.setCurrentStreamRevision(String(actual));
};
