/** External values stand in isolates, and nothing else does. */
const ISOLATED = /\u2068([^\u2068\u2069]*)\u2069/gu;

/** An e-mail address stays: people copy it, and it leads to no page. */
const ADDRESS = /^[("'<]*[^\s@/:]+@[\p{L}\p{M}\p{N}.-]+[)"'>.,;:!?]*$/u;

// What mail programs take for the end of a host: a dot between a letter or digit and a top-level domain, which has no digit (or is xn--…).
const DOT = /(?<=[\p{L}\p{M}\p{N}])\.(?=\p{L}{2}|xn--)/giu;
const SCHEME = /:(?=\/\/)/g;

/**
 * A finished text in which external values hold nothing that a mail program makes a link of: `evil[.]example/login`,
 * `https[:]//evil[.]example`. People can still read and copy it; characters that do not show would be copied along.
 */
export const withoutForeignLinks = (text: string): string =>
  text.replace(ISOLATED, (isolated) => isolated.replace(/[^\s\u2068\u2069]+/gu, broken));

const broken = (word: string): string =>
  ADDRESS.test(word) ? word : word.replace(SCHEME, '[:]').replace(DOT, '[.]');
