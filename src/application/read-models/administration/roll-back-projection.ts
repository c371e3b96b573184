import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { projectionNamed } from '../all.js';
import { LiveDocuments } from '../rebuild/live-documents.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Let the documents answer again that did before the last swap. */
export class RollBackProjection extends Command<void> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(RollBackProjection)
export class RollBackProjectionHandler implements ICommandHandler<RollBackProjection> {
  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly live: LiveDocuments,
  ) {}

  /** @throws HeraldError `not-found`, `nothing-to-roll-back`, `swap-conflict`, `rebuild-owned-elsewhere`. */
  execute({ projection: name }: RollBackProjection): Promise<void> {
    return this.rebuilds.change(name, async () => {
      const projection = projectionNamed(name);
      const present = await this.live.present(projection);
      const { previous } = present;
      if (!previous || previous.version !== projection.version)
        throw new HeraldError(
          'nothing-to-roll-back',
          `No documents of version ${projection.version} of ${name} were kept: replay it instead.`,
        );
      if (!(await this.live.isOfThisLog(projection, previous)))
        throw new HeraldError(
          'nothing-to-roll-back',
          `The documents of ${name} that were kept are of another log than this one, from before a restore: replay it instead.`,
        );
      await this.live.point(projection, previous, present);
    });
  }
}
