import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { Rebuilds } from '../rebuild/rebuilds.js';

/** Let the rebuilt documents of a projection answer; those that did are kept. */
export class SwapRebuild extends Command<void> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(SwapRebuild)
export class SwapRebuildHandler implements ICommandHandler<SwapRebuild> {
  constructor(private readonly rebuilds: Rebuilds) {}

  /** @throws HeraldError `not-found`, `replay-not-in-state`, `replay-in-part`, `swap-conflict`, `rebuild-owned-elsewhere`. */
  execute({ projection }: SwapRebuild): Promise<void> {
    return this.rebuilds.change(projection, async () => {
      const build = this.rebuilds.expect(projection, 'swap', ({ status }) => status === 'following');
      if (build.from !== undefined)
        throw new HeraldError(
          'replay-in-part',
          `${build.id} began at ${build.from} and lacks what was before: replay ${projection} as a whole.`,
        );
      await this.rebuilds.swap(build);
    });
  }
}
