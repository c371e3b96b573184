import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Listens on an address, until it is freed. It is asked before anything is made: a start that cannot listen leaves no file behind, and does
 * no work beside the instance that listens there.
 * @throws as `listen` of a server.
 */
export const occupied = async (host: string, port: number): Promise<Server> => {
  const server = createServer().listen({ host, port });
  await once(server, 'listening');
  return server;
};

/** Frees an address that was occupied. */
export const freed = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};
