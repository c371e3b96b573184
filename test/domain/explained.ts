import type { Condition, Verdict } from '../../src/domain/rules/shared/verdict.js';

/** A condition in a line: how it came out, for what it withholds, what it says, and its facts. */
const line = ({ name, holds, says, withholds, facts }: Condition): string =>
  [
    `${holds ? 'yes' : 'no'}, ${name}${withholds ? ` (or ${withholds})` : ''}: ${says}`,
    ...(facts ? [JSON.stringify(facts)] : []),
  ].join(' ');

/** Conditions, a line each. */
export const linesOf = (conditions: readonly Condition[]): string => conditions.map(line).join('\n');

/** All that a verdict says: what and when, why, and for each person whether and why not. */
export const explained = (verdict: Verdict): string => {
  const { rule, ruleVersion, subject, due, slot, lateBy, reason, conditions, audience, causes } = verdict;
  const { userId: reader, requestId } = verdict;
  const when = slot ? `${slot.key} on ${slot.date} at ${slot.at} in ${slot.zone}` : 'no slot';
  return [
    `${rule} ${ruleVersion} of ${subject.kind} ${subject.id}: ${due ? 'due' : 'not due'}, ${when}, ${lateBy} ms late${reason ? `, ${reason}` : ''}`,
    ...(reader ? [`for ${reader}${requestId ? `, who pressed Send Now (${requestId})` : ''}`] : []),
    `because of ${causes.map(({ type }) => type).join(', ') || 'nothing'}`,
    linesOf(conditions),
    ...audience.map(({ userId, name, address, locale, isNotified, reason: why, conditions: own }) =>
      [
        `${userId} (${name}, ${address.value}, ${locale}) ${isNotified ? 'yes' : `no, ${why}`}:`,
        linesOf(own),
      ].join('\n'),
    ),
  ].join('\n');
};
