import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf, inboundCommandId } from '../../src/application/aggregates/ids.js';
import { EventStore, type EventToAppend } from '../../src/application/ports/event-store.js';
import { MAX_REMEMBERED_COMMANDS } from '../../src/domain/bounds.js';
import { aPost } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';

interface Receipt {
  readonly status: string;
  readonly problem?: ProblemBody;
}

interface BatchAnswer {
  readonly results: readonly Receipt[];
}

/** What the key of a CloudEvent guarantees, whatever log Herald has. */
export function idempotency(name: string, settings: () => Promise<Record<string, string>>): void {
  describe(`The source and id of an event, with ${name}`, () => {
    let herald: TestHerald;
    beforeAll(async () => {
      herald = await startTestHerald(await settings());
    });
    afterAll(() => herald.stop());

    const to = (partnerId: string, id: string, title = 'A first look') => aPost(id, { partnerId, title });
    const conflict = { status: 409, body: { code: 'idempotency-conflict', errors: [{ field: 'id' }] } };
    const recorded = async (id: string) =>
      (await herald.events()).filter(({ metadata }) => metadata.sourceId === id).length;

    it('belong to one content: with another they are refused', async () => {
      expect(await herald.publish(to('p1', 'one'))).toMatchObject({
        status: 202,
        body: { status: 'accepted' },
      });
      expect(await herald.publish(to('p1', 'one'))).toMatchObject({
        status: 202,
        body: { status: 'duplicate' },
      });
      expect(await herald.publish(to('p1', 'one', 'Changed'))).toMatchObject(conflict);
      const later = { ...to('p1', 'one'), time: '2026-03-02T09:01:00Z' };
      expect(await herald.publish(later)).toMatchObject(conflict);
      expect(await recorded('one')).toBe(1);
    });

    it('are known wherever they were used: what is about another partner is no duplicate', async () => {
      expect((await herald.publish(to('p1', 'two'))).status).toBe(202);
      expect(await herald.publish(to('p2', 'two'))).toMatchObject(conflict);
      expect(await recorded('two')).toBe(1);
    });

    it('are known for ever, not only among the last events of a partner', async () => {
      await herald.publish(to('p3', 'old'));
      const others = Array.from({ length: 2 * MAX_REMEMBERED_COMMANDS }, (_, n) => to('p3', `other-${n}`));
      expect((await herald.publishAll(others)).status).toBe(202);
      expect(await herald.publish(to('p3', 'old'))).toMatchObject({ body: { status: 'duplicate' } });
      expect(await herald.publish(to('p3', 'old', 'Changed'))).toMatchObject(conflict);
      expect(await recorded('old')).toBe(1);
    });

    it('belong to the first of a batch that has them', async () => {
      const batch = [
        to('p4', 'three'),
        to('p4', 'three'),
        to('p4', 'three', 'Changed'),
        to('p5', 'three'),
        to('p4', 'four'),
      ];
      const { status, body } = await herald.publishAll<BatchAnswer>(batch);
      expect(status).toBe(207);
      expect(body.results.map((receipt) => receipt.problem?.code ?? receipt.status)).toEqual([
        ...['accepted', 'duplicate', 'idempotency-conflict', 'idempotency-conflict', 'accepted'],
      ]);
      expect(await recorded('three')).toBe(1);
    });

    it('belong to one of several requests that come at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => herald.publish<Receipt>(to(`q${n}`, 'race'))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array<number>(9).fill(409)]);
      expect(await recorded('race')).toBe(1);
    });

    it('of events from before contents were compared are duplicates for the same partner alone', async () => {
      const { id, source, data } = to('p6', 'before');
      const commandId = inboundCommandId(source, id);
      const event: EventToAppend = {
        ...{ id: eventIdOf('approvalQueue-p6', commandId, 0), type: 'PostAwaitingApproval', data },
        metadata: {
          ...{ $correlationId: commandId, $causationId: commandId, actor: 'platform', commandId },
          ...{ occurredAt: '2026-03-02T09:00:00.000Z', recordedAt: '2026-03-02T09:00:00.000Z' },
          ...{ schemaVersion: 1, source, sourceId: id },
        },
      };
      await herald.herald.app.get(EventStore).append('approvalQueue-p6', [event], 'no-stream');
      expect(await herald.publish(to('p6', 'before'))).toMatchObject({ body: { status: 'duplicate' } });
      expect(await herald.publish(to('p7', 'before'))).toMatchObject(conflict);
      expect(await recorded('before')).toBe(1);
    });
  });
}
