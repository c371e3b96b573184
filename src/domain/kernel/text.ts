/** Text from outside as the end of a clause: without its own full stop, so that the sentence's is the only one. */
export const withoutStop = (text: string): string => text.trimEnd().replace(/\.+$/, '');
