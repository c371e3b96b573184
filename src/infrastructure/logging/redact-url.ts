/** A connection string without its password and options, to be shown; what stands before the last @ may be part of a password. */
export const redactUrl = (url: string): string => url.replace(/\/\/.*@/, '//').replace(/\?.*$/, '');

/** A text without the user information of any connection string in it, to be logged. */
export const redact = (text: string): string => text.replace(/([a-z][a-z+.-]*:\/\/)[^\s'"]*@/gi, '$1');
