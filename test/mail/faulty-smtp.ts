import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Where in a session a server can misbehave. `body`: amid the body; `dot`: after its end, before a reply. */
export type Stage = 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'dot';

/** Close the connection, say nothing more, or answer with this line instead of the right one. */
export type Fault = 'drop' | 'stall' | { readonly reply: string };

export interface Moment {
  readonly stage: Stage;
  /** From 1. */
  readonly connection: number;
  /** The sender, once MAIL has named it. */
  readonly from: string;
  /** The recipient, once RCPT has named it. */
  readonly to: string;
}

export interface FaultySmtp {
  readonly port: number;
  /** Recipients of the mails whose final dot arrived, whatever the server answered. */
  readonly received: readonly string[];
  /** These mails as they came, dot-stuffed. */
  readonly bodies: readonly string[];
  readonly connections: () => number;
  /** The commands so far. */
  readonly commands: () => readonly string[];
  /** Bytes of mails so far, whole or not. */
  readonly bodyBytes: () => number;
  /** Closes the connection at the next command, whatever it is. */
  readonly dropAtNextCommand: () => void;
  readonly close: () => Promise<void>;
}

const RIGHT: Readonly<Record<Exclude<Stage, 'body'>, string>> = {
  connect: '220 faulty.example ESMTP',
  EHLO: '250-faulty.example\r\n250 8BITMIME',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go ahead',
  dot: '250 2.0.0 queued as 4711',
};

/** An SMTP server on loopback that misbehaves when `fault` says so; a well-behaved one cannot. */
export const startFaultySmtp = async (
  fault: (moment: Moment) => Fault | undefined,
  { pipelining = false, port = 0 } = {},
): Promise<FaultySmtp> => {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  const bodies: string[] = [];
  let connections = 0;
  const commands: string[] = [];
  let bodyBytes = 0;
  let dropsNext = false;

  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    const connection = connections;
    let to = '';
    let from = '';
    let pending = '';
    let recipients = 0;
    let inBody = false;
    let silent = false;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));

    /** Answers as the stage demands; nothing when the session ends here. */
    const answer = (stage: Exclude<Stage, 'body'>): string | undefined => {
      const wrong = fault({ stage, connection, from, to });
      if (wrong === 'drop') socket.destroy();
      if (wrong === 'drop' || wrong === 'stall') {
        silent = true;
        return undefined;
      }
      const ehlo = pipelining ? RIGHT.EHLO.replace('250 8', '250-PIPELINING\r\n250 8') : RIGHT.EHLO;
      const data = recipients > 0 ? RIGHT.DATA : '503 no recipients';
      const reply = wrong?.reply ?? { ...RIGHT, EHLO: ehlo, DATA: data }[stage];
      socket.write(`${reply}\r\n`);
      return reply;
    };

    const takeBody = (): void => {
      const wrong = fault({ stage: 'body', connection, from, to });
      if (typeof wrong === 'object') socket.write(`${wrong.reply}\r\n`);
      else if (wrong) {
        silent = true;
        // paused, so that a stalled client also notices that nothing is read any more
        if (wrong === 'stall') socket.pause();
        else socket.destroy();
        return;
      }
      const end = pending.indexOf('\r\n.\r\n');
      if (end < 0) return;
      bodies.push(pending.slice(0, end));
      pending = pending.slice(end + 5);
      inBody = false;
      received.push(to);
      answer('dot');
    };

    const takeCommand = (line: string): void => {
      if (dropsNext) {
        dropsNext = false;
        silent = true;
        socket.destroy();
        return;
      }
      commands.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') to = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (verb === 'MAIL') {
        recipients = 0;
        from = /<(.*?)>/.exec(line)?.[1] ?? '';
      }
      if (verb === 'EHLO' || verb === 'MAIL') answer(verb);
      else if (verb === 'RCPT') recipients += answer('RCPT')?.startsWith('250') ? 1 : 0;
      else if (verb === 'DATA') {
        inBody = /^(354|250)/.test(answer('DATA') ?? '');
        // an empty body ends with its first line
        if (inBody) pending = `\r\n${pending}`;
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    };

    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      if (inBody) bodyBytes += chunk.length;
      while (!silent && pending) {
        if (inBody) {
          const before = pending;
          takeBody();
          if (pending === before) return;
          continue;
        }
        const end = pending.indexOf('\r\n');
        if (end < 0) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        takeCommand(line);
      }
    });
    answer('connect');
  });

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    bodies,
    connections: () => connections,
    commands: () => commands,
    bodyBytes: () => bodyBytes,
    dropAtNextCommand: () => {
      dropsNext = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
