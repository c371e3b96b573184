import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { MailTransport } from '../application/delivery/mail.js';
import { DocumentStore } from '../application/document-store.js';
import { EventStore } from '../application/event-store.js';
import { Inbox } from '../application/ingest/inbox.js';
import { Projections } from '../application/projections/projections.js';
import { Replays } from '../application/replay/replays.js';
import { Schedule } from '../application/schedule/schedule.js';
import { messageOf } from '../domain/herald-error.js';

/** Starts what runs in the background, and ends it in the order in which nothing is lost. */
@Injectable()
export class Lifecycle implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger(Lifecycle.name);

  constructor(
    private readonly projections: Projections,
    private readonly replays: Replays,
    private readonly schedule: Schedule,
    private readonly transport: MailTransport,
    private readonly documents: DocumentStore,
    private readonly log: EventStore,
    private readonly inbox: Inbox,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.projections.start();
    await this.replays.open();
    await this.inbox.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.inbox.close();
    await this.schedule.close();
  }

  async onApplicationShutdown(): Promise<void> {
    const parts = [
      () => this.replays.close(),
      () => this.projections.stop(),
      () => this.transport.close(),
      () => this.documents.close(),
      () => this.log.close(),
    ];
    // A store that is away keeps none of the others from being closed.
    for (const close of parts) await close().catch((error) => this.#logger.error(messageOf(error)));
  }
}
