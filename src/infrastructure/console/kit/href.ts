/** The parameters of a link; those that are undefined, null or empty are left out. */
export type Parameters = Readonly<Record<string, string | number | undefined | null>>;

/** A path of the console with parameters. @param path whose parts are encoded, such as `/console/history`. */
export const href = (path: string, parameters: Parameters = {}): string => {
  const query = new URLSearchParams(
    Object.entries(parameters)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return query ? `${path}?${query}` : path;
};

/** A path below `/console`: `at('people', id)`. The parts are encoded. */
export const at = (...parts: readonly string[]): string =>
  ['/console', ...parts.map(encodeURIComponent)].join('/');
