import { inboundTypes } from './inbound-types.js';

const FEW_TYPOS = 4;

/** How many letters must be added, removed or replaced to make `a` of `b` (Levenshtein). */
const distance = (a: string, b: string) => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
};

/** Says which types Herald takes, first the one that was probably meant. */
export const unknownTypeMessage = (type: string) => {
  const [nearest] = inboundTypes
    .map((known) => ({ known, typos: distance(type, known) }))
    .filter(({ typos }) => typos <= FEW_TYPOS)
    .sort((a, b) => a.typos - b.typos);
  const guess = nearest ? `Did you mean ${nearest.known}? ` : '';
  return `Herald does not know this type. ${guess}Expected one of: ${inboundTypes.join(', ')}.`;
};
