import { setTimeout as wait } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Channels } from '../../application/channels/channels.js';
import { ClockGuard } from '../../application/clock/clock-guard.js';
import { CoverageWatch } from '../../application/coverage/coverage-watch.js';
import { BegunMails } from '../../application/delivery/begun-mails.js';
import { SendingHold } from '../../application/delivery/sending-hold.js';
import { InboundKeys } from '../../application/ingest/inbound-keys.js';
import { requireUsableLog } from '../../application/migration/usable-log.js';
import { Clock } from '../../application/ports/clock.js';
import { DocumentStore } from '../../application/ports/document-store.js';
import { EventStore } from '../../application/ports/event-store.js';
import { Inbox } from '../../application/ports/inbox.js';
import { Projections } from '../../application/read-models/engine/projections.js';
import { RebuildSupervisor } from '../../application/read-models/rebuild/rebuild-supervisor.js';
import { Workers } from '../../application/schedule/workers.js';
import { hasCode, messageOf } from '../../domain/kernel/herald-error.js';
import { LifecycleLog } from './lifecycle-log.js';

/** The time limit for the shutdown, in milliseconds. */
export const STOP_WITHIN = Symbol('STOP_WITHIN');

/** How much of that time must be left after each part, in milliseconds. */
const LEFT_AFTER = {
  'what is due': 4_000,
  'its requests': 3_000,
  'its read models': 1_000,
  'their documents': 500,
  'its log': 0,
};

type Part = keyof typeof LEFT_AFTER;

/**
 * Starts background work, and shuts it down in an order in which nothing is lost. Work that exceeds the time limit is cut off:
 * everything that matters is in the log, and the next start continues from there. Whatever waits for a store or a server while
 * it ends is closed here: a shutdown hook of its own would wait without a limit.
 */
@Injectable()
export class Lifecycle
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #logger = new Logger(Lifecycle.name);
  #end = 0;
  #cutOff: NodeJS.Timeout | undefined;

  constructor(
    private readonly projections: Projections,
    private readonly rebuilds: RebuildSupervisor,
    private readonly workers: Workers,
    private readonly clock: Clock,
    private readonly guard: ClockGuard,
    private readonly hold: SendingHold,
    private readonly begun: BegunMails,
    private readonly channels: Channels,
    private readonly documents: DocumentStore,
    private readonly log: EventStore,
    private readonly inbox: Inbox,
    private readonly inboundKeys: InboundKeys,
    private readonly coverage: CoverageWatch,
    private readonly host: HttpAdapterHost,
    private readonly lifecycleLog: LifecycleLog,
    @Inject(STOP_WITHIN) private readonly stopWithin: number,
  ) {}

  /** @throws HeraldError `test-log`, `real-log`, `log-incomplete`. */
  async onModuleInit(): Promise<void> {
    await this.#requireUsableLog();
    await this.guard.open();
    await this.projections.start();
    await this.hold.open();
  }

  /** By now the buses know their handlers: what the inbox brings can be recorded, and rebuilds are reported. */
  async onApplicationBootstrap(): Promise<void> {
    await this.rebuilds.open();
    await this.inbox.start();
  }

  async #requireUsableLog(): Promise<void> {
    try {
      await requireUsableLog(this.clock.kind, this.log);
    } catch (error) {
      // Herald starts although its event store is unavailable, and continues once that answers.
      if (!hasCode(error, 'event-store-unavailable')) throw error;
      this.#logger.warn(
        `It could not be checked which clock wrote the log, and whether all of it was copied: ${error.message}`,
      );
    }
  }

  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.lifecycleLog.stops(signal);
    this.#end = performance.now() + this.stopWithin;
    await this.#inTime(
      'what is due',
      this.inbox.close(),
      this.workers.close(),
      this.channels.close(),
      this.coverage.close(),
    );
    const { server, publicListener } = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.#cutOff = setTimeout(() => {
      server.closeAllConnections();
      publicListener.server.closeAllConnections();
    }, this.#left('its requests'));
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#cutOff);
    await this.#inTime(
      'its read models',
      this.rebuilds.close(),
      this.#stopProjections(),
      this.inboundKeys.close(),
    );
    await this.#inTime('their documents', this.documents.close());
    await this.#inTime('its log', this.log.close());
  }

  /** Mails that others have begun are remembered from what the projections have read. */
  async #stopProjections(): Promise<void> {
    try {
      await this.projections.stop();
    } finally {
      await this.begun.close();
    }
  }

  /**
   * Waits for the shutdown of parts as long as there is time. An unavailable store does not keep the others from being closed.
   */
  async #inTime(part: Part, ...ending: readonly Promise<void>[]): Promise<void> {
    const over = new AbortController();
    const ended = Promise.all(
      ending.map((one) => one.catch((error) => this.#logger.error(messageOf(error), error))),
    ).then(() => true);
    const late = wait(this.#left(part), false, { signal: over.signal }).catch(() => false);
    if (!(await Promise.race([ended, late])))
      this.#logger.error(`The shutdown no longer waits for ${part}; the next start continues from the log.`);
    over.abort();
  }

  #left(part: Part): number {
    return Math.max(0, this.#end - LEFT_AFTER[part] - performance.now());
  }
}
