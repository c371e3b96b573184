import pb from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { exception, fillRecorded, nameOf } from './messages.js';
import type { Kept, ServerLog } from './server-log.js';

interface Message {
  readonly event: Kept;
  readonly retries: number;
}

interface Consumer {
  readonly call: ServerDuplexStream<pb.ReadReq, pb.ReadResp>;
  readonly most: number;
  readonly inFlight: Map<string, { readonly message: Message; readonly timer: NodeJS.Timeout }>;
}

/** One group of competing consumers of one stream. */
class Group {
  readonly consumers = new Set<Consumer>();
  #waiting: Message[] = [];
  #next: number;

  constructor(
    private readonly log: ServerLog,
    private readonly stream: string,
    private readonly name: string,
    private readonly settings: pb.CreateReq.Settings,
    fromStart: boolean,
  ) {
    this.#next = fromStart ? 0 : this.#events().length;
    log.changes.on('change', () => this.dispatch());
  }

  get parkedStream(): string {
    return `$persistentsubscription-${this.stream}::${this.name}-parked`;
  }

  /** Gives what waits to the consumers that have room. */
  dispatch(): void {
    const events = this.#events();
    for (; this.#next < events.length; this.#next += 1)
      this.#waiting.push({ event: events[this.#next] as Kept, retries: 0 });
    for (;;) {
      const consumer = [...this.consumers]
        .filter(({ inFlight, most }) => inFlight.size < most)
        .sort((a, b) => a.inFlight.size - b.inFlight.size)[0];
      const message = consumer && this.#waiting.shift();
      if (!message) return;
      const timer = setTimeout(
        () => this.#again(consumer, message.event.id),
        this.settings.getMessageTimeoutMs(),
      );
      consumer.inFlight.set(message.event.id, { message, timer: timer.unref() });
      const recorded = fillRecorded(new pb.ReadResp.ReadEvent.RecordedEvent() as never, message.event);
      const event = new pb.ReadResp.ReadEvent()
        .setEvent(recorded as never)
        .setCommitPosition(String(message.event.position));
      consumer.call.write(new pb.ReadResp().setEvent(event.setRetryCount(message.retries)));
    }
  }

  settle(consumer: Consumer, id: string, action?: pb.ReadReq.Nack.Action, reason = ''): void {
    const { PARK, RETRY } = pb.ReadReq.Nack.Action;
    if (action === RETRY) this.#again(consumer, id);
    else {
      const message = this.#taken(consumer, id);
      if (message && action === PARK) this.#park(message, reason);
      this.dispatch();
    }
  }

  leave(consumer: Consumer): void {
    this.consumers.delete(consumer);
    for (const id of [...consumer.inFlight.keys()]) this.#again(consumer, id);
  }

  replayParked(): void {
    const parked = this.log.read(this.parkedStream);
    this.log.delete(this.parkedStream);
    for (const link of Array.isArray(parked) ? (parked as Kept[]) : []) {
      const revision = Number(Buffer.from(link.data).toString().split('@')[0]);
      const event = this.#events().find((one) => one.revision === revision);
      if (event) this.#waiting.push({ event, retries: 0 });
    }
    this.dispatch();
  }

  #again(consumer: Consumer, id: string): void {
    const message = this.#taken(consumer, id);
    if (!message) return;
    const retries = message.retries + 1;
    if (retries > this.settings.getMaxRetryCount()) this.#park(message, 'retried too often');
    else this.#waiting.push({ event: message.event, retries });
    this.dispatch();
  }

  #taken(consumer: Consumer, id: string): Message | undefined {
    const taken = consumer.inFlight.get(id);
    clearTimeout(taken?.timer);
    consumer.inFlight.delete(id);
    return taken?.message;
  }

  #park({ event }: Message, reason: string): void {
    const metadata = Buffer.from(
      JSON.stringify({ added: '2026-01-05T00:00:00Z', reason, subscriptionEventNumber: event.revision }),
    );
    const data = Buffer.from(`${event.revision}@${event.stream}`);
    const id = crypto.randomUUID();
    const contentType = 'application/octet-stream';
    this.log.append(this.parkedStream, [{ id, type: '$>', contentType, data, metadata }], 'any');
  }

  #events(): readonly Kept[] {
    const found = this.log.read(this.stream);
    return Array.isArray(found) ? found : [];
  }
}

/** Persistent subscriptions to streams, over the server's log. */
/** @param isAdmin whether whoever calls is an admin: nobody else may create groups, or retry what is parked. */
export function persistentService(log: ServerLog, isAdmin: () => boolean) {
  const groups = new Map<string, Group>();
  const missing = (stream: string, group: string) =>
    exception(status.NOT_FOUND, 'persistent-subscription-does-not-exist', {
      'stream-name': stream,
      'group-name': group,
    });
  return {
    create: (
      call: ServerUnaryCall<pb.CreateReq, pb.CreateResp>,
      done: sendUnaryData<pb.CreateResp>,
    ): void => {
      const options = call.request.getOptions() as pb.CreateReq.Options;
      const stream = nameOf(options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier());
      const name = options.getGroupName();
      const key = `${stream}::${name}`;
      if (!isAdmin()) {
        done(denied());
        return;
      }
      if (groups.has(key)) {
        const details = { 'stream-name': stream, 'group-name': name };
        done(exception(status.ALREADY_EXISTS, 'persistent-subscription-exists', details));
        return;
      }
      const settings = options.getSettings() as pb.CreateReq.Settings;
      // The client tells the start in the settings, as servers before 21.10 took it.
      groups.set(key, new Group(log, stream, name, settings, settings.getRevision() === '0'));
      done(null, new pb.CreateResp());
    },
    read: (call: ServerDuplexStream<pb.ReadReq, pb.ReadResp>): void => {
      let group: Group | undefined;
      const inFlight: Consumer['inFlight'] = new Map();
      let consumer: Consumer = { call, most: 10, inFlight };
      call.on('error', () => undefined);
      call.on('cancelled', () => group?.leave(consumer));
      call.on('data', (request: pb.ReadReq) => {
        const options = request.getOptions();
        if (options) {
          const stream = nameOf(options.getStreamIdentifier());
          group = groups.get(`${stream}::${options.getGroupName()}`);
          if (!group) return void call.emit('error', missing(stream, options.getGroupName()));
          consumer = { call, most: options.getBufferSize(), inFlight };
          const confirmation = new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId('group');
          call.write(new pb.ReadResp().setSubscriptionConfirmation(confirmation));
          group.consumers.add(consumer);
          group.dispatch();
        }
        const idsOf = (ids: shared.UUID[] = []) => ids.map(idOf);
        for (const id of idsOf(request.getAck()?.getIdsList())) group?.settle(consumer, id);
        const nack = request.getNack();
        for (const id of idsOf(nack?.getIdsList()))
          group?.settle(consumer, id, nack?.getAction(), nack?.getReason());
      });
    },
    replayParked: (
      call: ServerUnaryCall<pb.ReplayParkedReq, pb.ReplayParkedResp>,
      done: sendUnaryData<pb.ReplayParkedResp>,
    ): void => {
      const options = call.request.getOptions();
      const stream = nameOf(options?.getStreamIdentifier());
      const name = options?.getGroupName() ?? '';
      const group = groups.get(`${stream}::${name}`);
      if (!isAdmin()) {
        done(denied());
        return;
      }
      group?.replayParked();
      if (group) done(null, new pb.ReplayParkedResp());
      else done(missing(stream, name));
    },
    getInfo: unimplemented,
    update: unimplemented,
    delete: unimplemented,
    list: unimplemented,
    restartSubsystem: unimplemented,
  };
}

/** As a real server answers whoever has not the right. */
const denied = () => exception(status.PERMISSION_DENIED, 'access-denied', {});

const unimplemented = (_: unknown, done: sendUnaryData<never>): void =>
  done({ code: status.UNIMPLEMENTED, details: 'the double has no such thing' });

const idOf = (id: shared.UUID): string => {
  if (!id.hasStructured()) return id.getString();
  const structured = id.getStructured();
  const half = (bits: string | undefined) =>
    BigInt.asUintN(64, BigInt(bits ?? 0))
      .toString(16)
      .padStart(16, '0');
  const hex = half(structured?.getMostSignificantBits()) + half(structured?.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
