import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Build, isRunning } from '../rebuild/build.js';
import { RebuildEngine } from '../rebuild/rebuild-engine.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Pause the rebuild of a projection; it keeps what it has. Answers with the rebuild. */
export class PauseRebuild extends Command<Build> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(PauseRebuild)
export class PauseRebuildHandler implements ICommandHandler<PauseRebuild> {
  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly engine: RebuildEngine,
  ) {}

  /** @throws HeraldError `not-found`, `replay-not-in-state`, `rebuild-owned-elsewhere`. */
  execute({ projection }: PauseRebuild): Promise<Build> {
    return this.rebuilds.change(projection, async () => {
      const build = this.rebuilds.expect(projection, 'pause', isRunning);
      await this.engine.stop(build.name);
      const stopped = this.rebuilds.current(build);
      return this.rebuilds.save({ ...stopped, status: 'paused', interruption: undefined });
    });
  }
}
