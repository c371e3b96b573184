/** A connection string without its password and options, to be shown; what stands before the last @ may be part of a password. */
export const shownUrl = (url: string): string => url.replace(/\/\/.*@/, '//').replace(/\?.*$/, '');
