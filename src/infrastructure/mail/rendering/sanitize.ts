// control characters, line and paragraph separators, and marks that reorder the text around them
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Text from outside as one printable line. So a name can neither add a header, nor a line that looks like Herald's
 * own, nor turn the text that follows it around.
 */
export const oneLine = (text: string): string => text.replace(UNPRINTABLE, ' ').trim();
