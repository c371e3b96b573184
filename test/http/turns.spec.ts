import { CommandBus } from '@nestjs/cqrs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receipt, RecordPlatformEvents } from '../../src/application/ingest/record-platform-events.js';
import { INBOX } from '../../src/domain/access/principal.js';
import { startTestHerald, type TestHerald } from './herald.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

it('A batch of a thousand events gives others their turn while it is read', async () => {
  // None is recorded, so that nothing else gives a turn.
  const events = Array.from({ length: 1_000 }, (_, n) => ({ id: `${n}` }));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const commands = herald.herald.app.get(CommandBus);
  const receipts: readonly Receipt[] = await commands.execute(new RecordPlatformEvents(events, INBOX));
  isOver = true;
  expect(receipts).toHaveLength(1_000);
  expect(turns).toBeGreaterThanOrEqual(9);
});
