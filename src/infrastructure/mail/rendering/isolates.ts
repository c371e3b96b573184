import { oneLine } from './sanitize.js';

// UAX 9, 2.4.1: the text between them takes its direction from its first strong character, and leaves the text around it alone.
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';
const ISOLATED = /\u2068([^\u2068\u2069]*)\u2069/gu;

// The blocks of the right-to-left scripts, with their digits and presentation forms, and the marks that make text right-to-left.
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** External text as one line in an isolate of Herald's own; it has no other marks that reorder text. Empty stays empty. */
export const foreign = (text: string): string => {
  const line = oneLine(text);
  return line && `${FIRST_STRONG_ISOLATE}${line}${POP_ISOLATE}`;
};

/**
 * A finished text as plain text: isolates stay only around values with right-to-left characters. Around others they would
 * change nothing in a left-to-right text, but keep a subject from being plain ASCII and from being found by a search.
 */
export const asPlain = (text: string): string =>
  text.replace(ISOLATED, (isolated, value: string) => (RIGHT_TO_LEFT.test(value) ? isolated : value));

/** A finished and escaped text as HTML: `bdi` in the place of each isolate. */
export const asBdi = (escaped: string): string =>
  escaped.replaceAll(FIRST_STRONG_ISOLATE, '<bdi dir="auto">').replaceAll(POP_ISOLATE, '</bdi>');

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** The longest grapheme that is kept whole, in UTF-16 units: a letter with endless accents is none. */
const MAX_GRAPHEME = 32;

/** At most so many graphemes (what a reader takes for one character) of a plain text, with an ellipsis if it was longer. */
export const shortened = (text: string, max: number): string => {
  // Most texts are short, and taking them apart is slow.
  if (text.length <= max) return text;
  let kept = '';
  let open = 0;
  let count = 0;
  // Two are kept free: for the ellipsis, and for the end of an isolate.
  let end = '';
  for (const { segment } of graphemes.segment(text)) {
    count += 1;
    if (count > max || segment.length > MAX_GRAPHEME) return `${end}…`;
    kept += segment;
    if (segment === FIRST_STRONG_ISOLATE) open += 1;
    if (segment === POP_ISOLATE) open -= 1;
    if (count <= max - 2) end = `${kept.trimEnd()}${open > 0 ? POP_ISOLATE : ''}`;
  }
  return text;
};
