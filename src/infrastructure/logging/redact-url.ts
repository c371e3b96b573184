/** A connection string without its password and options, for display; everything before the last @ may be part of a password. */
export const redactUrl = (url: string): string => url.replace(/\/\/.*@/, '//').replace(/\?.*$/, '');

/**
 * A text without the user information of any connection string, for logging. It takes time in proportion to the length of the text,
 * whatever the text is: people outside send some of the texts.
 */
export const redact = (text: string): string =>
  text.includes('@') ? text.replace(/[^\s'"]+/g, withoutUserInformation) : text;

/** The end of a URL's scheme: its last letter, and what may stand between that and the slashes. */
const SCHEME_END = /[a-z][+.-]*:\/\//i;

/** The path of a package, such as `file:///herald/node_modules/@nestjs/core`: a stack names it, and it contains no user. */
const PACKAGE_PATH = /^\W*file:\/\/\/(?!.*[^/]@)/;

const withoutUserInformation = (word: string): string => {
  const at = word.lastIndexOf('@');
  if (at < 0 || PACKAGE_PATH.test(word)) return word;
  const scheme = SCHEME_END.exec(word);
  if (!scheme) return word;
  const begin = scheme.index + scheme[0].length;
  return at < begin ? word : word.slice(0, begin) + word.slice(at + 1);
};
