import { describe, expect, it } from 'vitest';
import { InvalidEvent, parseCloudEvent } from '../../../application/ingest/cloud-event.js';
import type { Receipt } from '../../../application/ingest/record-platform-events.js';
import { MAX_ERRORS, MAX_EVENTS_PER_BATCH } from '../../../domain/bounds.js';
import type { Problem } from '../problems/problem.js';
import { batchAnswer } from './receipts.js';

const refused = (errors: number): Receipt => ({
  status: 'refused',
  error: new InvalidEvent(
    'invalid-event-data',
    Array.from({ length: errors }, (_, n) => ({ field: `data.f${n}`, message: 'Wrong.' })),
  ),
});

interface Batch {
  readonly refused: number;
  readonly errorsOmitted?: number;
  readonly results: readonly { readonly problem: Problem }[];
}

const answerTo = (receipts: readonly Receipt[]) => batchAnswer(receipts).answer as unknown as Batch;

describe('the errors of a batch', () => {
  it('are all named up to the limit', () => {
    const answer = answerTo([refused(MAX_ERRORS - 1), refused(1)]);
    expect(answer.results.map(({ problem }) => problem.errors?.length)).toEqual([MAX_ERRORS - 1, 1]);
    expect(answer).not.toHaveProperty('errorsOmitted');
  });

  it('are counted beyond it', () => {
    const answer = answerTo([refused(MAX_ERRORS - 1), refused(3), refused(2)]);
    expect(answer.results.map(({ problem }) => problem.errors?.length)).toEqual([
      MAX_ERRORS - 1,
      1,
      undefined,
    ]);
    expect(answer).toMatchObject({ refused: 3, errorsOmitted: 4 });
    expect(answer.results[2]?.problem).toMatchObject({ status: 400, code: 'invalid-event-data' });
    expect(answer.results[2]?.problem.detail).toContain('2 errors of this event');
  });

  it('make no large answer', () => {
    const wrong = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`A${n}`, []]));
    const receipts = Array.from({ length: MAX_EVENTS_PER_BATCH }, (_, n): Receipt => {
      try {
        parseCloudEvent(n % 2 === 0 ? wrong : { specversion: '1.0', type: 'x'.repeat(256) });
        throw new Error('It was accepted.');
      } catch (error) {
        if (error instanceof InvalidEvent) return { status: 'refused', error };
        throw error;
      }
    });
    expect(JSON.stringify(batchAnswer(receipts)).length).toBeLessThan(500_000);
  });
});
