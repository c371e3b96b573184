import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { projectionNamed } from '../all.js';
import { collectionOf, ReadModels } from '../engine/read-models.js';
import { LiveDocuments } from '../rebuild/live-documents.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Drop the documents of a projection that answered before the last swap. */
export class DropPrevious extends Command<void> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(DropPrevious)
export class DropPreviousHandler implements ICommandHandler<DropPrevious> {
  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly live: LiveDocuments,
    private readonly readModels: ReadModels,
  ) {}

  /** @throws HeraldError `not-found`, `no-previous-version`, `swap-conflict`, `rebuild-owned-elsewhere`. */
  execute({ projection: name }: DropPrevious): Promise<void> {
    return this.rebuilds.change(name, async () => {
      const projection = projectionNamed(name);
      const present = await this.live.present(projection);
      const { live, previous, indexes } = present;
      if (!previous) throw new HeraldError('no-previous-version', `No former documents of ${name} are kept.`);
      await this.readModels.point(projection, { live }, present);
      await this.live.drop(collectionOf(previous, indexes));
    });
  }
}
