import { CommandBus } from '@nestjs/cqrs';
import { RecordPlatformEvents } from '../../src/application/ingest/record-platform-events.js';
import type { Principal } from '../../src/domain/access/principal.js';
import type { Scope } from '../../src/domain/access/scope.js';
import type { TestHerald } from '../http/herald.js';

/** An API key that publishes for these solutions. */
export const publisher = (id: string, scope: Scope, more: Partial<Principal> = {}): Principal => ({
  ...{ id: `key:${id}`, name: id, role: 'publisher', scope },
  ...more,
});

/** Publishes on behalf of a principal: what became of each event, by status or code. */
export const publishAs = async (
  { herald }: TestHerald,
  principal: Principal,
  ...events: readonly unknown[]
): Promise<readonly string[]> => {
  const receipts = await herald.app.get(CommandBus).execute(new RecordPlatformEvents(events, principal));
  return receipts.map((receipt) => (receipt.status === 'refused' ? receipt.error.code : receipt.status));
};
