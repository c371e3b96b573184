import { createServer, type Server, type Socket } from 'node:net';

interface StoredMail {
  readonly content: Buffer;
  seen: boolean;
}

/** As much of an IMAP server (RFC 3501) as reading a mailbox needs, for one user with one folder. */
export class ScriptedImap {
  readonly mails: StoredMail[] = [];
  /** What clients have sent, without their tags. */
  readonly commands: string[] = [];
  /** Drops the connection at a command that begins so. */
  dropsAt: string | undefined;
  /** Answers NO to a command that begins so. */
  refuses: string | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `imap://u:secret@127.0.0.1:${typeof address === 'object' ? address?.port : ''}?tls=optional`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async append(mail: string): Promise<void> {
    this.mails.push({ content: Buffer.from(mail), seen: false });
  }

  async unread(): Promise<number> {
    return this.mails.filter(({ seen }) => !seen).length;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay();
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n');
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [tag = '', ...words] = line.split(' ');
        const command = words.join(' ');
        this.commands.push(command);
        if (this.dropsAt && command.startsWith(this.dropsAt)) return void socket.destroy();
        if (this.refuses && command.startsWith(this.refuses)) {
          socket.write(`${tag} NO [NOPERM] not permitted\r\n`);
          continue;
        }
        for (const answer of this.#answer(command)) socket.write(answer);
        const isRefused = /^LOGIN/i.test(command) && !/secret/.test(command);
        socket.write(isRefused ? `${tag} NO [AUTHENTICATIONFAILED] no\r\n` : `${tag} OK done\r\n`);
        if (/^LOGOUT/i.test(command)) socket.end();
      }
    });
  }

  *#answer(command: string): Generator<string | Buffer> {
    const [, uid = ''] = /^UID (?:FETCH|STORE) (\d+)/i.exec(command) ?? [];
    const mail = this.mails[Number(uid) - 1];
    if (/^CAPABILITY/i.test(command)) yield '* CAPABILITY IMAP4rev1\r\n';
    else if (/^LIST/i.test(command)) yield '* LIST () "/" INBOX\r\n';
    else if (/^LOGOUT/i.test(command)) yield '* BYE\r\n';
    else if (/^SELECT/i.test(command))
      yield `* FLAGS (\\Seen)\r\n* ${this.mails.length} EXISTS\r\n* OK [UIDVALIDITY 1] .\r\n* OK [UIDNEXT ${this.mails.length + 1}] .\r\n`;
    else if (/^UID SEARCH/i.test(command))
      yield `* SEARCH${this.mails.map(({ seen }, n) => (seen ? '' : ` ${n + 1}`)).join('')}\r\n`;
    else if (/^UID FETCH/i.test(command) && mail) {
      const size = mail.content.length;
      yield `* ${uid} FETCH (UID ${uid} RFC822.SIZE ${size}`;
      if (/BODY\.PEEK\[\]/i.test(command)) yield ` BODY[] {${size}}\r\n`;
      if (/BODY\.PEEK\[\]/i.test(command)) yield mail.content;
      yield ')\r\n';
    } else if (/^UID STORE/i.test(command) && mail) {
      if (/\+FLAGS.*\\Seen/i.test(command)) mail.seen = true;
      yield `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen))\r\n`;
    }
  }
}
