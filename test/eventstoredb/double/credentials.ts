import {
  type Metadata,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';

/** Who may use a server, and what for. */
export interface User {
  readonly password: string;
  /** Whether the access-control list of `$all` names the user. */
  readonly readsAll: boolean;
}

/** A server with TLS and users. */
export interface Security {
  /** The private key and the certificate, as PEM. */
  readonly key: string;
  readonly certificate: string;
  readonly users: Readonly<Record<string, User>>;
}

export const serverCredentials = (security: Security | undefined): ServerCredentials => {
  if (!security) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(security.key), cert_chain: Buffer.from(security.certificate) };
  return ServerCredentials.createSsl(null, [pair]);
};

/** The user that a call names, if the password is right. */
export const userOf = ({ users }: Security, metadata: Metadata): User | undefined => {
  const [, encoded = ''] = /^Basic (.*)$/.exec(String(metadata.get('authorization')[0])) ?? [];
  const [name = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  const user = Object.hasOwn(users, name) ? users[name] : undefined;
  return user?.password === password ? user : undefined;
};

// What clients ask before they name a user: KurrentDB's client asks without credentials what the server can do.
const OPEN_TO_ALL = /^\/event_store\.client\.(server_features|gossip)\./;

/** Turns away callers whose name or password is wrong, and those without where a user is needed. */
export const authenticating =
  (security: Security): ServerInterceptor =>
  ({ path }, call) => {
    const isAllowed = (metadata: Metadata): boolean =>
      (metadata.get('authorization').length === 0 && OPEN_TO_ALL.test(path)) ||
      userOf(security, metadata) !== undefined;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            if (isAllowed(metadata)) proceed(metadata);
            else call.sendStatus({ code: status.UNAUTHENTICATED, details: '' });
          },
        }),
    });
  };
