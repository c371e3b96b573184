import type { EventToAppend } from '../../src/application/ports/event-store.js';
import type { EventStoreDouble } from './double/double.js';

/** Appends events to a stream of the double, without a round trip. */
export const appendAtServer = ({ log }: EventStoreDouble, stream: string, events: readonly EventToAppend[]) =>
  log.append(
    stream,
    events.map(({ id, type, data, metadata }) => ({
      ...{ id, type, contentType: 'application/json' },
      ...{ data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from(JSON.stringify(metadata)) },
    })),
    'any',
  );
