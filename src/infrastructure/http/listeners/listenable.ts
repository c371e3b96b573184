import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Listens on an address for a moment. It is asked before anything is made: a start that cannot listen leaves no file behind, and does
 * no work beside the instance that listens there.
 * @throws as `listen` of a server.
 */
export const requireListenable = async (host: string, port: number): Promise<void> => {
  const server = createServer().listen({ host, port });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
};
