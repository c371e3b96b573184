/**
 * A name in small letters, digits, @, dots and hyphens, and no two names in the same: where a store takes upper case
 * for lower case, or a slash for a folder.
 */
export const plainName = (name: string): string =>
  name.replace(/[^a-z0-9@.-]/g, (letter) => `~${letter.charCodeAt(0).toString(16)}~`);
