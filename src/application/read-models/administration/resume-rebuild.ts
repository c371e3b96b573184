import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Build } from '../rebuild/build.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Resume a rebuild after a pause, or retry the event at which it failed. Answers with the rebuild. */
export class ResumeRebuild extends Command<Build> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(ResumeRebuild)
export class ResumeRebuildHandler implements ICommandHandler<ResumeRebuild> {
  constructor(private readonly rebuilds: Rebuilds) {}

  /** @throws HeraldError `not-found`, `replay-not-in-state`, `rebuild-owned-elsewhere`. */
  execute({ projection }: ResumeRebuild): Promise<Build> {
    return this.rebuilds.change(projection, async () => {
      const { failure: _, ...build } = this.rebuilds.expect(projection, 'resume', isResting);
      return this.rebuilds.run(await this.rebuilds.save({ ...build, status: 'building' }));
    });
  }
}

const isResting = ({ status }: Build): boolean => status === 'paused' || status === 'failed';
