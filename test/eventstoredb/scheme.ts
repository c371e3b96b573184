/** The scheme of the connection strings of the double. */
export const SCHEME: string = 'esdb';
