import type { StoredEvent } from '../../src/application/ports/event-store.js';

/** The n-th event of a log that holds one stream. */
export const visitEvent = (n: number, type: string): StoredEvent => {
  const position = String(n).padStart(4, '0');
  const metadata = { recordedAt: '2026-03-02T09:00:00.000Z' } as StoredEvent['metadata'];
  return { position, stream: 'visit', revision: n, id: `event-${n}`, type, data: {}, metadata };
};
