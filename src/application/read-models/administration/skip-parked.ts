import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../../ports/clock.js';
import { SkippedEvents } from '../parking/skipped-events.js';
import { Builds } from '../rebuild/builds.js';
import { Parked, type ParkedResult } from './parked.js';

/** Pass over the event that keeps a document parked, on record, and fold what came after it. Answers with what became of it. */
export class SkipParked extends Command<ParkedResult> {
  /** @param by who says so. */
  constructor(
    readonly projection: string,
    readonly documentId: string,
    readonly reason: string,
    readonly by: string,
  ) {
    super();
  }
}

@CommandHandler(SkipParked)
export class SkipParkedHandler implements ICommandHandler<SkipParked> {
  readonly #log = new Logger(SkipParkedHandler.name);

  constructor(
    private readonly parked: Parked,
    private readonly skippedEvents: SkippedEvents,
    private readonly builds: Builds,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `not-found`, `too-many-skipped-events`, `replay-under-way`, `rebuild-owned-elsewhere`. */
  async execute({ projection, documentId, reason, by }: SkipParked): Promise<ParkedResult> {
    const parked = this.parked.find(projection, documentId);
    const { event, type, position, reason: failure } = parked ?? this.#failed(projection, documentId);
    const at = this.clock.now();
    await this.skippedEvents.add({ projection, documentId, event, type, position, failure, reason, by, at });
    this.#log.warn(
      `${projection} skips ${type} ${event} at ${position} for ${documentId}, as somebody has asked.`,
    );
    // What stopped a rebuild goes on when that is resumed.
    return parked ? this.parked.retry(projection, documentId) : { status: 'folded' };
  }

  /** The event that the latest rebuild stands still before. */
  #failed(projection: string, documentId: string) {
    const build = this.builds.latest(projection);
    const failure = build?.status === 'failed' ? build.failure : undefined;
    if (!failure || failure.documentId !== documentId) return this.parked.get(projection, documentId);
    return { ...failure, type: failure.type ?? 'an event' };
  }
}
