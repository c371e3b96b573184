/** What a record holds itself under a key that came from outside: `constructor` is a possible id, too. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
