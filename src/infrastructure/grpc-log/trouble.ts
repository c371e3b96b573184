/** Why a server cannot be used, and what to do about it. */
interface Trouble {
  readonly is: (error: GrpcError) => boolean;
  /** @param setting what names the server: a setting, or a file. */
  readonly says: (server: string, setting: string) => string;
}

interface GrpcError {
  readonly code: number;
  readonly text: string;
}

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

// The words are those of OpenSSL and Node, which gRPC hands on.
const TROUBLES: readonly Trouble[] = [
  {
    is: ({ code, text }) => code === UNAUTHENTICATED || /unauthenticated|not-authenticated/i.test(text),
    says: (server, setting) =>
      `The event store at ${server} refuses the user name or the password. Check both in ${setting}, with the password percent-encoded.`,
  },
  {
    is: ({ code, text }) => code === PERMISSION_DENIED || /access[ -]?denied/i.test(text),
    says: (server, setting) =>
      `The user of ${setting} lacks a permission at ${server}. It has to append to and read Herald's streams, and to read $all: an admin grants that with herald stores grant.`,
  },
  {
    is: ({ text }) =>
      /self[- ]signed certificate|unable to (verify|get local issuer)|certificate has expired|altnames/i.test(
        text,
      ),
    says: (server, setting) =>
      `The certificate of the event store at ${server} is not trusted. Name the certificate of its authority with tlsCAFile in ${setting}, and use the host name that the certificate has.`,
  },
  {
    is: ({ text }) => /wrong version number|SSL routines|EPROTO/i.test(text),
    says: (server, setting) =>
      `The event store at ${server} does not speak TLS. Add tls=false to ${setting} if the connection is to be without, or switch TLS on at the server.`,
  },
  {
    // The connection was accepted, and ended before a word of HTTP/2.
    is: ({ text }) => /Last error: Failed to connect\b/.test(text),
    says: (server, setting) =>
      `The event store at ${server} ends the connection before it answers. If the server has TLS, remove tls=false from ${setting}; if not, check that the port is that of the event store.`,
  },
];

/** What to do about an error of the client; undefined if all that is known is that the server does not answer. */
export const troubleOf = (error: unknown, server: string, setting: string): string | undefined => {
  const { code, message, type, cause } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly type?: unknown;
    readonly cause?: unknown;
  };
  const text = [message, type, cause instanceof Error ? cause.message : ''].join(' ');
  return TROUBLES.find(({ is }) => is({ code: Number(code), text }))?.says(server, setting);
};
