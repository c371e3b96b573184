import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError, hasCode } from '../../../domain/kernel/herald-error.js';
import { EventStore, type Position } from '../../ports/event-store.js';
import { projectionNamed } from '../all.js';
import type { Build } from '../rebuild/build.js';
import { Builds } from '../rebuild/builds.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Rebuild a projection beside the documents that answer; behind `from`, only to look at. Answers with the rebuild. */
export class StartRebuild extends Command<Build> {
  constructor(
    readonly projection: string,
    readonly from?: Position,
  ) {
    super();
  }
}

@CommandHandler(StartRebuild)
export class StartRebuildHandler implements ICommandHandler<StartRebuild> {
  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly builds: Builds,
    private readonly events: EventStore,
  ) {}

  /** @throws HeraldError `not-found`, `replay-under-way`, `invalid-position`, `rebuild-owned-elsewhere`. */
  execute({ projection: name, from }: StartRebuild): Promise<Build> {
    return this.rebuilds.change(name, async () => {
      const projection = projectionNamed(name);
      this.rebuilds.refuseSecond(this.builds.latest(name));
      if (from !== undefined) this.#requirePosition(from);
      return this.rebuilds.begin(projection, false, from);
    });
  }

  /** Asks the log, which knows its positions. */
  #requirePosition(from: Position): void {
    try {
      this.events.share(from, from);
    } catch (error) {
      if (!hasCode(error, 'invalid-position')) throw error;
      throw new HeraldError(error.code, error.message, 'from');
    }
  }
}
