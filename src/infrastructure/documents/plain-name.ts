/**
 * An injective encoding of a name in lower-case letters, digits, @, dots and hyphens, for stores that ignore case or treat a
 * slash as a folder.
 */
export const plainName = (name: string): string =>
  name.replace(/[^a-z0-9@.-]/g, (letter) => `~${letter.charCodeAt(0).toString(16)}~`);
