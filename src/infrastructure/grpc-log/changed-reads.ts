type Reader<R> = { readonly read: (request: R, ...rest: readonly unknown[]) => unknown };

/** What both clients use of themselves to make a call. */
interface Internals<R> {
  readonly GRPCStreamCreator: (
    Client: unknown,
    name: string,
    open: (grpc: Reader<R>) => unknown,
    cache?: unknown,
  ) => unknown;
}

/** The client, but each request to read is changed on its way to the server: the protocol can do more than the clients offer. */
export const withChangedReads = <C extends object, R>(client: C, change: (request: R) => void): C => {
  const create = (client as unknown as Internals<R>).GRPCStreamCreator;
  const changing: Internals<R>['GRPCStreamCreator'] = (Client, name, open, cache) =>
    create(Client, name, (grpc) => open(changed(grpc, change)), cache);
  return Object.assign(Object.create(client) as C, { GRPCStreamCreator: changing });
};

const changed = <R>(grpc: Reader<R>, change: (request: R) => void): Reader<R> => ({
  read: (request, ...rest) => {
    change(request);
    return grpc.read(request, ...rest);
  },
});
