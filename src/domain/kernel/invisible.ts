/**
 * What shows nothing and is not text: format characters that readers ignore (marks of direction, zero-width spaces, soft hyphens, tags),
 * unassigned ones of that kind, interlinear annotations, and noncharacters (Unicode, 23.7).
 */
const INVISIBLE = String.raw`(?![\u200c\u200d])(?=\p{DI})[\p{Cf}\p{Cn}]|[\ufff9-\ufffb]|\p{NChar}`;

/** The flags of England, Scotland and Wales are a black flag with the letters of the region as tags (UTS 51, annex C). */
const FLAG = String.raw`\u{1f3f4}[\u{e0030}-\u{e007a}]{2,6}\u{e007f}`;

/** Joiners belong into scripts and emoji; beside ASCII they join nothing. */
const LOOSE_JOINER = String.raw`(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])`;

const CLEANED = new RegExp(`(${FLAG})|${INVISIBLE}|${LOOSE_JOINER}`, 'gu');

/**
 * A text without what shows nothing: two names that look the same could differ in it, and a text could be hidden in it. Emoji, and the
 * joiners that Persian and Indian scripts need, stay.
 */
export const withoutInvisible = (text: string): string =>
  text.replace(CLEANED, (_, flag: string | undefined) => flag ?? '');
