import type { Need } from '../../../application/audit/why/needs.js';
import type { Condition } from '../../../domain/rules/shared/verdict.js';
import { type Fact, factsOf } from './facts.js';

/** A condition as an item of a checklist. */
export interface ConditionItem {
  readonly name: string;
  readonly holds: boolean;
  readonly says: string;
  readonly facts: readonly Fact[] | undefined;
  /** It is the first one that does not hold. */
  readonly isFirstAgainst: boolean;
  /** What would have to change for it to hold. */
  readonly needed: string | undefined;
}

/** Conditions as a checklist. @param needed what would have to change for those that do not hold, if that is shown. */
export const checklistOf = (
  conditions: readonly Condition[],
  needed: readonly Need[] = [],
): readonly ConditionItem[] => {
  const first = conditions.findIndex(({ holds }) => !holds);
  return conditions.map(({ name, holds, says, facts }, index) => {
    const shown = factsOf(facts);
    return {
      ...{ name, holds, says },
      facts: shown.length > 0 ? shown : undefined,
      isFirstAgainst: index === first,
      needed: holds ? undefined : needed.find(({ condition }) => condition === name)?.says,
    };
  });
};
