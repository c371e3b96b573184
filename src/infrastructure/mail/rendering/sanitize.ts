import { withoutInvisible } from '../../../domain/kernel/invisible.js';

const LINE_BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// Marks that reorder the text around them: embeddings, overrides and isolates (UAX 9, 2.1 to 2.5).
const REORDERING = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Text of Herald's own as one line: line breaks and control characters become a space. Isolates stay. */
export const withoutBreaks = (text: string): string => text.replace(LINE_BREAKS, ' ').trim();

/**
 * External text as one printable line: a name can neither add a header, nor imitate one of Herald's own lines, nor reorder the
 * text that follows it, nor hide something.
 */
export const oneLine = (text: string): string => withoutInvisible(text.replace(REORDERING, ' ')).trim();
