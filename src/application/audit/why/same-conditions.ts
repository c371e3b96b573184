import type { Condition } from '../../../domain/rules/shared/verdict.js';

/** Whether every condition of the new verdict came out as recorded; the record also holds the recipient's own conditions. */
export const cameOutTheSame = (again: readonly Condition[], onRecord: readonly Condition[]): boolean =>
  again.every(({ name, holds }) => onRecord.find((one) => one.name === name)?.holds === holds);
