/**
 * How many bytes a server may send over a connection before it hears that they have arrived. With HTTP/2's own 64 KiB, a server that
 * is 10 ms away sends no more than 6 MB per second. A mail takes some 150 kB: its content is read before it is sent, and it comes over the subscription.
 */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** What a client and gRPC keep to themselves. There is no option for it: both clients make their channels alone. */
interface Internals {
  createChannel(): Promise<{ readonly internalChannel?: { readonly options?: Record<string, unknown> } }>;
}

/** Has the client make channels with a window of `WINDOW_BYTES`; the client itself. */
export function withRoomForAnswers<C extends object>(client: C): C {
  const { createChannel } = client as unknown as Internals;
  return Object.assign(client, {
    createChannel: async () => {
      const channel = await createChannel();
      // Taken when it connects, with its first call.
      Object.assign(channel.internalChannel?.options ?? {}, {
        'grpc-node.flow_control_window': WINDOW_BYTES,
      });
      return channel;
    },
  });
}
