import type { Decider, Fact } from '../../domain/kernel/event.js';
import type { StoredEvent } from '../ports/event-store.js';
import { RememberedCommands } from './remembered-commands.js';
import { fold } from './streams.js';

/** A cached aggregate: its state, and the last event that is folded into it. */
export interface Loaded<S> {
  readonly state: S;
  /** -1 if there is no stream. */
  readonly revision: number;
  /** The id of the last event; empty if there is no stream. */
  readonly eventId: string;
  readonly position: string;
  /** Those that caused the last events. */
  readonly commands: RememberedCommands;
  /** The revision of the last snapshot; -1 if there is none. */
  readonly snapshotAt: number;
  /** An upper bound of the state's size as JSON, in characters: its last measured size plus all events since. */
  readonly size: number;
  readonly measured: number;
  /** The log has more events, appended here, of which not all positions are known yet. */
  readonly isBehind?: true;
}

/** An aggregate before its first event. */
export const nothingLoaded = <S>({
  initialState,
}: Pick<Decider<S, unknown, Fact>, 'initialState'>): Loaded<S> => ({
  ...{ state: initialState, revision: -1, eventId: '', position: '' },
  ...{ commands: RememberedCommands.NONE, snapshotAt: -1, size: 0, measured: 0 },
});

/** The aggregate after some more events of its stream; the same object if there are none. */
export async function withEvents<S, C, E extends Fact>(
  decider: Decider<S, C, E>,
  before: Loaded<S>,
  events: AsyncIterable<StoredEvent> | readonly StoredEvent[],
): Promise<Loaded<S>> {
  let { state, size, commands } = before;
  let last: StoredEvent | undefined;
  for await (const event of events) {
    state = fold(decider, state, event);
    commands = commands.and(event.metadata.commandId, event.metadata.sourceDigest);
    size += (event.json?.data ?? JSON.stringify(event.data)).length;
    last = event;
  }
  if (!last) return before;
  const { revision, id: eventId, position } = last;
  const { isBehind: _, ...rest } = before;
  return measured({ ...rest, state, revision, eventId, position, commands, size });
}

/** Below this size, in characters, measuring is pointless. */
const SMALL = 4_096;

/** Measures the state again once it may have doubled: a long stream need not have a large state, and measuring takes time. */
const measured = <S>(loaded: Loaded<S>): Loaded<S> => {
  if (loaded.size < Math.max(SMALL, 2 * loaded.measured)) return loaded;
  const size = JSON.stringify(loaded.state).length;
  return { ...loaded, size, measured: size };
};
