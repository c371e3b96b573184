import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Build } from '../rebuild/build.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Give a rebuild up, and drop what it has built. Answers with the rebuild. */
export class CancelRebuild extends Command<Build> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(CancelRebuild)
export class CancelRebuildHandler implements ICommandHandler<CancelRebuild> {
  constructor(private readonly rebuilds: Rebuilds) {}

  /** @throws HeraldError `not-found`, `replay-not-in-state`, `rebuild-owned-elsewhere`. */
  execute({ projection }: CancelRebuild): Promise<Build> {
    return this.rebuilds.change(projection, async () =>
      this.rebuilds.cancel(this.rebuilds.expect(projection, 'cancel', isNotOver)),
    );
  }
}

const isNotOver = ({ status }: Build): boolean => status !== 'swapped' && status !== 'cancelled';
