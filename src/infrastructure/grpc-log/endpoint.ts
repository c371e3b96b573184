/** Where a node of a cluster answers. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The connection string for one node of the cluster that another one leads to. */
export const atNode = (url: string, { address, port }: Endpoint): string =>
  url.replace(/^(esdb|kurrentdb)(?:\+discover)?(:\/\/(?:[^@/]*@)?)[^/?]*/, `$1$2${address}:${port}`);
