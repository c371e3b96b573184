/** A connection string without its password and options, to be shown. */
export const shownUrl = (url: string): string => url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
