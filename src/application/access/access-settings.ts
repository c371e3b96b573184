/** What the settings of an instance say about access. */
export abstract class AccessSettings {
  /** Whether the API can be reached from this machine alone. */
  abstract readonly isLoopback: boolean;
  /** The key of an admin for all solutions; undefined if none is set. */
  abstract readonly adminKey: string | undefined;
}
