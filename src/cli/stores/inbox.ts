import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readConfig } from '../../infrastructure/config/config.js';
import { connectorOf } from '../../infrastructure/config/log-server.js';
import { GrpcInbox } from '../../infrastructure/grpc-log/grpc-inbox.js';
import { inContext } from '../context.js';
import { say } from '../terminal/terminal.js';
import { OpenedStores } from './opened-stores.js';
import { type AdminOptions, adminUrlOf } from './stores.js';

/** Shows parked events with their reasons. @returns the exit code 0. */
export const parked = (options: AdminOptions): Promise<number> =>
  withInbox(options, async (inbox) => {
    const events = await inbox.parked();
    if (events.length === 0) say('Nothing is parked.');
    for (const { revision, eventId, reason, event } of events) {
      say(`${revision}  ${eventId}  ${reason}`);
      say(`  ${JSON.stringify(event)}`);
    }
    return 0;
  });

/** Retries all parked events. @returns the exit code 0. */
export const retry = (options: AdminOptions): Promise<number> =>
  withInbox(options, async (inbox) => {
    const { length } = await inbox.parked();
    if (length === 0) say('Nothing is parked.');
    else {
      await inbox.retry();
      say(
        `${length} ${length === 1 ? 'event is' : 'events are'} retried; those that are refused again are parked again.`,
      );
    }
    return 0;
  });

async function withInbox(admin: AdminOptions, work: (inbox: GrpcInbox) => Promise<number>): Promise<number> {
  const config = readConfig(process.env);
  const { HERALD_EVENT_STORE, HERALD_INBOX: stream } = config;
  if (stream === undefined)
    throw new HeraldError('no-inbox', 'HERALD_INBOX is not set: there is no inbox stream.', 'HERALD_INBOX');
  const url = adminUrlOf(admin, HERALD_EVENT_STORE);
  const connect = await connectorOf({ ...config, HERALD_EVENT_STORE: url });
  const inbox = {
    provide: GrpcInbox,
    useFactory: (stores: OpenedStores) =>
      stores.open(new GrpcInbox({ url, connect, stream, take: async () => [], warn: say })),
    inject: [OpenedStores],
  };
  return inContext({ providers: [inbox] }, (context) => work(context.get(GrpcInbox)));
}
