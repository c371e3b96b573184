/** A connection string without its password and options, for display; everything before the last @ may be part of a password. */
export const redactUrl = (url: string): string => url.replace(/\/\/.*@/, '//').replace(/\?.*$/, '');

/** A text without the user information of any connection string, for logging. */
export const redact = (text: string): string => text.replace(/([a-z][a-z+.-]*:\/\/)[^\s'"]*@/gi, '$1');
