import type { Instant } from '../../../domain/kernel/event.js';
import type { RuleId } from '../../../domain/rules/shared/rule-id.js';

/** What happens at a known moment, as far as is known now. */
export interface Occurrence {
  readonly at: Instant;
  /** The notification that is decided or sent then; absent if the clock only records that time passed. */
  readonly rule?: RuleId;
  readonly userId?: string;
}
