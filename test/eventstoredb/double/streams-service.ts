import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import {
  status as code,
  type Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import { exception, nameOf } from './messages.js';
import { answerRead, type Reading, type Watching } from './reading.js';
import type { Appended, Expected, Proposed, ServerLog } from './server-log.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type AppendCall = ServerDuplexStream<pb.BatchAppendReq, pb.BatchAppendResp>;

/** Where another node of the cluster answers. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How the server behaves besides answering. */
interface Behaviour extends Watching {
  readonly isSilent: () => boolean;
  readonly appendCame: () => void;
  /** Whether the caller may read and follow the whole log. */
  readonly mayReadAll: (metadata: Metadata) => boolean;
  readonly readsFail: () => code | undefined;
  /** A request to read one stream came. */
  readonly readCame: () => void;
  /** The message of the status with which appends are turned away; undefined: they are not. */
  readonly turnedAway: () => string | undefined;
  /** The leader of the cluster; undefined where it is this one. */
  readonly leader: () => Endpoint | undefined;
  /** The calls over which clients append. */
  readonly appending: Set<AppendCall>;
}

/** Reading, subscribing, appending and deleting, over the server's log. */
export const streamsService = (
  log: ServerLog,
  {
    isSilent,
    appendCame,
    mayReadAll,
    readsFail,
    readCame,
    turnedAway,
    leader,
    appending,
    ...watching
  }: Behaviour,
) => ({
  read: (call: Reading): void => {
    if (call.request.getOptions()?.hasStream()) readCame();
    if (isSilent()) return;
    const refusal = readsFail();
    if (!call.request.getOptions()?.hasStream() && !mayReadAll(call.metadata))
      call.emit('error', exception(code.PERMISSION_DENIED, 'access-denied', {}));
    else if (refusal === undefined) void answerRead(log, call, watching);
    else call.emit('error', { code: refusal, details: 'refused' });
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
      const other = leader();
      if (other) {
        call.emit('error', notLeader(other));
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
      const appended = appendedResponse(log, log.append(name, batch.events, expected), expected);
      const { written } = log;
      if (written !== undefined) void written.then(() => answer(appended));
      else answer(appended);
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

function appendedResponse(log: ServerLog, appended: Appended, expected: Expected): pb.BatchAppendResp {
  if (appended === 'deleted') return refused('StreamDeleted', new shared.StreamDeleted());
  if (appended === 'too-large') {
    const most = new shared.MaximumAppendSizeExceeded().setMaxappendsize(log.maxAppend);
    return refused('MaximumAppendSizeExceeded', most);
  }
  if (!appended.ok) return refused('WrongExpectedVersion', wrongVersion(appended.actual, expected));
  const at = String(appended.position);
  const position = new shared.AllStreamPosition().setCommitPosition(at).setPreparePosition(at);
  const success = new pb.BatchAppendResp.Success().setCurrentRevision(String(appended.revision));
  return new pb.BatchAppendResp().setSuccess(success.setPosition(position));
}

/** As a follower answers that was told to want the leader, or does not forward. */
const notLeader = ({ host, port }: Endpoint) =>
  exception(code.NOT_FOUND, 'not-leader', {
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

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
