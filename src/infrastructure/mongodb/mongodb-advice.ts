const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;

/**
 * What a server tells a client whose certificate is missing or not taken (RFC 8446, 6.2). With TLS 1.2 a missing one is a handshake
 * failure, as is a lack of common ciphers.
 */
const CLIENT_CERTIFICATE =
  /alert (?:handshake failure|bad certificate|unsupported certificate|certificate (?:required|expired|revoked|unknown)|unknown ca)/i;

/** The reason within what OpenSSL says, which is a line of its source code as well; any other text as it is. */
export const withoutSourceLine = (message: string): string =>
  /SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message;

/** A failure of the driver: an answer of the server has a code. */
interface Failure {
  readonly message: string;
  readonly code?: unknown;
}

/** What an operator does about a failure, as sentences without the last full stop. @param database that Herald uses. */
export const mongodbAdvice = ({ message, code }: Failure, url: string, database: string): string => {
  const has = (option: string): boolean => new RegExp(`[?&]${option}=`, 'i').test(url);
  if (code === AUTHENTICATION_FAILED) {
    // Without a database in the URL the driver asks admin.
    const isNamed = /^mongodb(\+srv)?:\/\/[^/]*\/[^?]/.test(url);
    const unlessSaid = isNamed
      ? `that the user was created in the database ${database}: for one of admin, add authSource=admin`
      : 'that the user was created in the database admin: for one of another database, add authSource=… with its name';
    const elsewhere = has('authSource')
      ? 'that the user was created in the database that authSource names'
      : unlessSaid;
    return `Check the user and the password in HERALD_READ_MODELS, and ${elsewhere}`;
  }
  if (code === UNAUTHORIZED)
    return /^mongodb(\+srv)?:\/\/[^/?]*@/.test(url)
      ? `Give its user the role readWrite on the database ${database}`
      : 'Name a user and its password in HERALD_READ_MODELS: mongodb://user:password@host/database';
  if (CLIENT_CERTIFICATE.test(message))
    return has('tlsCertificateKeyFile')
      ? 'Name a certificate that is in force and of an authority that the server trusts in tlsCertificateKeyFile; if it is right, check which versions of TLS the server takes'
      : 'If the server asks for a certificate of its clients, name a file with one and its private key (PEM) as tlsCertificateKeyFile=… in HERALD_READ_MODELS; if it does not, check which versions of TLS it takes';
  if (/certificate/i.test(message))
    return 'Give it a certificate that is valid for its name, and name a file with that of its authority (PEM) in NODE_EXTRA_CA_CERTS or as tlsCAFile=… in HERALD_READ_MODELS';
  if (/^connection .* closed$/.test(message) && !has('tls') && !has('ssl'))
    return 'Check that it is running; if it takes connections with TLS only, add tls=true to HERALD_READ_MODELS';
  if (/^Server selection timed out/.test(message)) {
    const options = [
      ...(has('tls') || has('ssl') ? ['that it offers TLS'] : []),
      ...(has('replicaSet') ? ['that its replica set has the name in HERALD_READ_MODELS'] : []),
    ];
    return ['Check that it is running', ...options, 'and that HERALD_READ_MODELS names it'].join(', ');
  }
  return 'Check that it is running, that HERALD_READ_MODELS names it, and that Herald may read and write there';
};
