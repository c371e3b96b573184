import { distance } from 'fastest-levenshtein';
import { inboundTypes } from './inbound-types.js';

const FEW_TYPOS = 4;

/** The message that lists the accepted types, beginning with the one that was probably meant. */
export const unknownTypeMessage = (type: string): string => {
  const nearest = nearestType(type);
  const guess = nearest ? `Did you mean ${nearest}? ` : '';
  return `Herald does not know this type. ${guess}Expected one of: ${inboundTypes.join(', ')}.`;
};

const nearestType = (type: string): string | undefined => {
  const [nearest] = inboundTypes
    // Types whose lengths differ more have at least that edit distance.
    .filter(({ length }) => Math.abs(length - type.length) <= FEW_TYPOS)
    .map((known) => ({ known, typos: distance(type, known) }))
    .filter(({ typos }) => typos <= FEW_TYPOS)
    .sort((a, b) => a.typos - b.typos);
  return nearest?.known;
};
