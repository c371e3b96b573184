import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Principal } from '../../domain/access/principal.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Clock } from '../ports/clock.js';
import { ApiKeyRegistry } from './api-key-registry.js';
import { KeyUses } from './key-uses.js';
import { isManagedBy, type KeyView, viewOf } from './key-view.js';

export interface KeyPage {
  readonly items: readonly KeyView[];
  /** The `after` of the next page; null on the last. */
  readonly next: string | null;
}

/** A page of the keys that a principal manages, the newest first. */
export class ListKeys extends Query<KeyPage> {
  constructor(
    readonly principal: Principal,
    readonly limit: number,
    readonly after: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListKeys)
export class ListKeysHandler implements IQueryHandler<ListKeys> {
  constructor(
    private readonly registry: ApiKeyRegistry,
    private readonly uses: KeyUses,
    private readonly clock: Clock,
  ) {}

  /** @throws HeraldError `invalid-cursor`. */
  async execute({ principal, limit, after }: ListKeys): Promise<KeyPage> {
    const { keys } = await this.registry.current();
    const managed = keys.filter((key) => isManagedBy(key, principal)).reverse();
    const from = after === undefined ? 0 : managed.findIndex(({ keyId }) => keyId === after) + 1;
    if (after !== undefined && from === 0) throw unknownCursor();
    const page = managed.slice(from, from + limit);
    const usedAt = await this.uses.of(page.map(({ keyId }) => keyId));
    const now = this.clock.now();
    const last = page.at(-1);
    return {
      items: page.map((key) => viewOf(key, now, usedAt.get(key.keyId))),
      next: last && from + limit < managed.length ? last.keyId : null,
    };
  }
}

const unknownCursor = (): HeraldError =>
  new HeraldError('invalid-cursor', 'The cursor is not from this list: begin without it.', 'after');
