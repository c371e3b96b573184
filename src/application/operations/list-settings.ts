import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Setting, Settings } from '../ports/settings.js';

/** Every setting of this instance, without secrets, in the order of their names. */
export class ListSettings extends Query<readonly Setting[]> {}

@QueryHandler(ListSettings)
export class ListSettingsHandler implements IQueryHandler<ListSettings> {
  constructor(private readonly settings: Settings) {}

  async execute(): Promise<readonly Setting[]> {
    return this.settings.all();
  }
}
