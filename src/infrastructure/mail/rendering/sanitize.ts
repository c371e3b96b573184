// control characters, line and paragraph separators, and marks that reorder the text around them
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * External text as one printable line: a name can neither add a header, nor imitate one of Herald's own lines, nor reorder the
 * text that follows it.
 */
export const oneLine = (text: string): string => text.replace(UNPRINTABLE, ' ').trim();
