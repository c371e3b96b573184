import { connect, type Socket } from 'node:net';

/** A connection that is spoken to byte by byte. */
export interface RawConnection {
  readonly socket: Socket;
  write(text: string | Buffer): void;
  /** Resolves with all that was answered when the answer holds `text`, or when the connection ends. */
  answered(text?: string): Promise<string>;
  /** Resolves with all that was answered when the other side closes. */
  closed(): Promise<string>;
}

export const rawConnection = async (url: string): Promise<RawConnection> => {
  const { port } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  let received = '';
  let isClosed = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    wake();
  });
  // A connection that is cut while it is written to also counts as closed.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const until = (isThere: () => boolean) =>
    new Promise<string>((resolve) => {
      const look = () => {
        if (!isClosed && !isThere()) return;
        waiting.delete(look);
        resolve(received);
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    write: (text) => void socket.write(text),
    answered: (text = '\r\n\r\n') => until(() => received.includes(text)),
    closed: () => until(() => false),
  };
};

/** The head of a request to publish, up to its body. */
export const headOf = (...headers: readonly string[]): string =>
  [
    'POST /v1/events HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/cloudevents+json',
    ...headers,
    '',
    '',
  ].join('\r\n');
