import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type SecureContextOptions, TLSSocket } from 'node:tls';

/**
 * Where in a session a server can misbehave. `TLS`: after the client's hello; `user` and `password`: after that line of a login;
 * `body`: amid the body; `dot`: after its end, before a reply.
 */
export type Stage =
  | 'connect'
  | 'EHLO'
  | 'STARTTLS'
  | 'TLS'
  | 'AUTH'
  | 'user'
  | 'password'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'body'
  | 'dot';

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
  /** Connections that are open now. */
  readonly open: () => number;
  /** The commands so far. */
  readonly commands: () => readonly string[];
  /** Bytes of mails so far, whole or not. */
  readonly bodyBytes: () => number;
  /** Closes the connection at the next command, whatever it is. */
  readonly dropAtNextCommand: () => void;
  readonly close: () => Promise<void>;
}

/** What a server offers beside plain SMTP. */
export interface Offers {
  readonly pipelining?: boolean;
  /** Default: any free one. */
  readonly port?: number;
  /** STARTTLS, with this key and certificate. */
  readonly tls?: () => SecureContextOptions;
  /** TLS from the first byte, instead of STARTTLS. */
  readonly smtps?: boolean;
  /** A login with AUTH LOGIN, over TLS only if that is offered. */
  readonly auth?: boolean;
}

const RIGHT: Readonly<Record<Exclude<Stage, 'EHLO' | 'TLS' | 'body'>, string>> = {
  connect: '220 faulty.example ESMTP',
  STARTTLS: '220 2.0.0 go ahead',
  AUTH: '334 VXNlcm5hbWU6',
  user: '334 UGFzc3dvcmQ6',
  password: '235 2.7.0 welcome',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go ahead',
  dot: '250 2.0.0 queued as 4711',
};

const ehloOf = (offered: readonly (string | false | undefined)[]): string => {
  const lines = ['faulty.example', ...offered.filter(Boolean), '8BITMIME'];
  return lines.map((line, n) => `250${n < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n');
};

/** An SMTP server on loopback that misbehaves when `fault` says so; a well-behaved one cannot. */
export const startFaultySmtp = async (
  fault: (moment: Moment) => Fault | undefined,
  { pipelining = false, port = 0, tls, smtps = false, auth = false }: Offers = {},
): Promise<FaultySmtp> => {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  const bodies: string[] = [];
  let connections = 0;
  const commands: string[] = [];
  let bodyBytes = 0;
  let dropsNext = false;

  const server = createServer({ noDelay: true }, (plain) => {
    let socket: Socket = plain;
    let isSecure = false;
    let nextOfLogin: 'user' | 'password' | undefined;
    connections += 1;
    const connection = connections;
    let to = '';
    let from = '';
    let pending = '';
    let recipients = 0;
    let inBody = false;
    let silent = false;
    sockets.add(plain);
    plain.on('error', () => {});
    plain.on('close', () => sockets.delete(plain));

    /** Answers as the stage demands; nothing when the session ends here. */
    const answer = (stage: Exclude<Stage, 'TLS' | 'body'>): string | undefined => {
      const wrong = fault({ stage, connection, from, to });
      if (wrong === 'drop') socket.destroy();
      if (wrong === 'drop' || wrong === 'stall') {
        silent = true;
        return undefined;
      }
      const ehlo = ehloOf([
        pipelining && 'PIPELINING',
        tls && !isSecure && 'STARTTLS',
        auth && (isSecure || !tls) && 'AUTH LOGIN',
      ]);
      const data = recipients > 0 ? RIGHT.DATA : '503 no recipients';
      const reply = wrong?.reply ?? { ...RIGHT, EHLO: ehlo, DATA: data }[stage];
      socket.write(`${reply}\r\n`);
      return reply;
    };

    /** Goes on over TLS, or fails at the client's hello. */
    const secure = (options: SecureContextOptions): void => {
      const wrong = fault({ stage: 'TLS', connection, from, to });
      isSecure = true;
      pending = '';
      plain.off('data', take);
      if (wrong === 'drop') plain.once('data', () => plain.destroy());
      else if (typeof wrong === 'object') plain.once('data', () => plain.write(`${wrong.reply}\r\n`));
      if (wrong) return;
      socket = new TLSSocket(plain, { isServer: true, ...options });
      socket.on('error', () => {});
      socket.on('data', take);
    };

    const takeLogin = (stage: 'user' | 'password'): void => {
      const isRight = answer(stage)?.startsWith('334');
      nextOfLogin = isRight ? 'password' : undefined;
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
      if (nextOfLogin) {
        takeLogin(nextOfLogin);
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
      else if (verb === 'STAR' && tls) {
        if (answer('STARTTLS')?.startsWith('220')) secure(tls());
      } else if (verb === 'AUTH') nextOfLogin = answer('AUTH')?.startsWith('334') ? 'user' : undefined;
      else if (verb === 'RCPT') recipients += answer('RCPT')?.startsWith('250') ? 1 : 0;
      else if (verb === 'DATA') {
        inBody = /^(354|250)/.test(answer('DATA') ?? '');
        // an empty body ends with its first line
        if (inBody) pending = `\r\n${pending}`;
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    };

    const take = (chunk: Buffer): void => {
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
    };
    plain.on('data', take);
    if (smtps && tls) secure(tls());
    // After a failed hello nobody is greeted.
    if (isSecure === (socket !== plain)) answer('connect');
  });

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    bodies,
    connections: () => connections,
    open: () => sockets.size,
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
