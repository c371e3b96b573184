import { MAX_APPEND_BYTES } from '../../domain/bounds.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { appendSizeOf, appendTooLarge } from '../ports/checked-append.js';
import { commandIdOf, eventIdOf } from './ids.js';
import type { Loaded } from './loaded.js';
import { type NewEvent, newEvent, type Recorded } from './new-events.js';
import type { CommandContext, Outcome, Request } from './requests.js';

/** What commands on an aggregate have decided. */
export interface Decided<R> {
  /** One for each command, from the first on; there are fewer than commands where one append cannot hold the events of all. */
  readonly results: readonly (Outcome | R)[];
  readonly events: readonly NewEvent[];
}

interface Append {
  readonly recorded: Recorded;
  /** How large an append the store takes, in bytes. */
  readonly maxBytes: number;
}

/**
 * Decides commands in order, each on the state that the ones before it have made.
 * @param refused makes a result of the error that refuses a command, or throws it.
 */
export function decideRequests<S, C, E extends Fact, R>(
  decider: Decider<S, C, E>,
  stream: string,
  loaded: Loaded<S>,
  requests: readonly Request<C>[],
  refused: (error: HeraldError) => R,
  { recorded, maxBytes }: Append,
): Decided<R> {
  const seen = new Set<string>();
  const events: NewEvent[] = [];
  const results: (Outcome | R)[] = [];
  let { state } = loaded;
  let bytes = 0;
  for (const [index, { command, context }] of requests.entries()) {
    const commandId = context.commandId ?? commandIdOf(stream, loaded.revision, index, command);
    if (seen.has(commandId) || loaded.commands.has(commandId)) {
      const known = loaded.commands.digestOf(commandId);
      const isSame = !known || !context.sourceDigest || known === context.sourceDigest;
      results.push(isSame ? 'duplicate' : refused(conflictOf(context)));
      continue;
    }
    try {
      const facts = decider.decide(command, state);
      const news = facts.map((fact, n) =>
        newEvent(fact, eventIdOf(stream, commandId, n), { ...context, commandId }, recorded),
      );
      const size = news.reduce((sum, event) => sum + appendSizeOf(event), 0);
      if (size > maxBytes) throw appendTooLarge(size, maxBytes);
      if (bytes > 0 && bytes + size > Math.min(MAX_APPEND_BYTES, maxBytes)) break;
      bytes += size;
      events.push(...news);
      // Only the log assigns positions; no decision needs that of an event in the same append.
      for (const [n, fact] of facts.entries())
        state = decider.evolve(state, {
          ...fact,
          recordedAt: recorded.recordedAt,
          eventId: news[n]?.id ?? '',
          position: '',
        });
      if (facts.length > 0) seen.add(commandId);
      results.push(facts.length > 0 ? 'recorded' : 'nothing');
    } catch (error) {
      if (!(error instanceof HeraldError)) throw error;
      results.push(refused(error));
    }
  }
  return { results, events };
}

/** The key of a CloudEvent was used before for other content. */
export const conflictOf = ({ source, sourceId }: Pick<CommandContext, 'source' | 'sourceId'>): HeraldError =>
  new HeraldError(
    'idempotency-conflict',
    `The event ${JSON.stringify(sourceId)} of ${JSON.stringify(source)} is already recorded with other content. Give every event its own id, or resend the original event unchanged.`,
    'id',
  );
