import { Logger } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import type { Health } from '../../application/health/health.js';
import { RecordPlatformEvents } from '../../application/ingest/record-platform-events.js';
import { Inbox } from '../../application/ports/inbox.js';
import { INBOX } from '../../domain/access/principal.js';
import type { Config } from './config.js';
import { connectorOf } from './log-server.js';

/** The configured inbox, or an empty one. */
export async function inboxOf(config: Config, commands: CommandBus, health: Health): Promise<Inbox> {
  const { HERALD_EVENT_STORE: url, HERALD_INBOX: stream } = config;
  if (stream === undefined) return new NoInbox();
  const { GrpcInbox } = await import('../grpc-log/grpc-inbox.js');
  const log = new Logger('Inbox');
  const inbox = new GrpcInbox({
    ...{ url, stream, connect: await connectorOf(config) },
    take: (events) => commands.execute(new RecordPlatformEvents(events, INBOX)),
    warn: (message) => log.warn(message),
  });
  health.register(inbox);
  return inbox;
}

class NoInbox extends Inbox {
  override async start(): Promise<void> {
    // The empty inbox has nothing to start.
  }

  override async close(): Promise<void> {
    // The empty inbox has nothing to close.
  }
}
