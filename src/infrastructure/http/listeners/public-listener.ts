import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  MAX_HEADER_BYTES,
  MAX_PUBLIC_CONNECTIONS,
  MAX_PUBLIC_HEADERS_MS,
  MAX_PUBLIC_REQUEST_MS,
} from '../../../domain/bounds.js';
import { clientErrorHandler } from '../problems/client-errors.js';

/** How often Node checks for requests that take too long to arrive. */
export const CHECK_EVERY_MS = 1_000;

/** A connection without a request is closed after this time: recipients make one or two requests each. */
const KEEP_ALIVE_MS = 5_000;

/**
 * The second HTTP server of an instance, which people and mail providers reach from outside. It hands its requests to the same
 * routes as the API's server, and remembers which they are. It has limits of its own, so that nobody outside can exhaust the API.
 */
export class PublicListener {
  readonly server: Server;
  readonly #requests = new WeakSet<IncomingMessage>();

  constructor(handle: RequestListener) {
    this.server = createServer(
      {
        headersTimeout: MAX_PUBLIC_HEADERS_MS,
        requestTimeout: MAX_PUBLIC_REQUEST_MS,
        connectionsCheckingInterval: CHECK_EVERY_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, reply) => {
        this.#requests.add(request);
        handle(request, reply);
      },
    );
    this.server.maxConnections = MAX_PUBLIC_CONNECTIONS;
    this.server.on('clientError', clientErrorHandler(MAX_PUBLIC_REQUEST_MS));
  }

  /** Whether a request arrived here, and not at the API's server. */
  received(request: IncomingMessage): boolean {
    return this.#requests.has(request);
  }

  /** Resolves with the address that it listens on. @throws what `server.listen` reports, such as EADDRINUSE. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return this.server.address() as AddressInfo;
  }

  /** Accepts no further connections, and resolves when all requests are answered. */
  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
