/** How to fix a user name or password. */
export const PERCENT_ENCODE =
  'Percent-encode the user name and the password: write @ as %40, / as %2F, : as %3A, % as %25, ? as %3F and # as %23.';

const SCHEME = /^[a-z][a-z+]*:\/\//;
// RFC 3986, 3.2.1, without the colon: it stands between the user name and the password.
const WORD = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})";
const USER_INFORMATION = new RegExp(`^${WORD}+(?::${WORD}+)?$`);
// A name, also with letters of other scripts; an IPv6 address; the path of a socket, as MongoDB takes it; and perhaps a port.
const HOST =
  /^(?:[\p{L}\p{M}\p{N}._-]+|\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*(?:%2[Ff][A-Za-z0-9._-]+)+)(?::(\d{1,5}))?$/u;
const MAX_PORT = 65_535;

/**
 * What is wrong with a connection string, as a sentence that quotes nothing of it: drivers quote what they cannot read, and that
 * may be a part of a password. Undefined if nothing is wrong.
 */
export const connectionStringProblem = (url: string): string | undefined => {
  const rest = url.replace(SCHEME, '');
  const [authority = ''] = rest.split(/[/?#]/, 1);
  // With a raw /, ? or # in the password, the authority ends too early, and an @ is left behind it.
  if (rest.indexOf('@', authority.length) !== -1) return PERCENT_ENCODE;
  const at = authority.lastIndexOf('@');
  if (at !== -1 && !isUserInformation(authority.slice(0, at))) return PERCENT_ENCODE;
  if (
    !authority
      .slice(at + 1)
      .split(',')
      .every(isHost)
  )
    return 'Expected a host, or several with commas between, each with or without a port from 1 to 65535.';
  if (/[\s#]/.test(rest)) return 'Expected no spaces, and no # after the host.';
  return undefined;
};

const isUserInformation = (text: string): boolean => {
  if (!USER_INFORMATION.test(text)) return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const isHost = (text: string): boolean => {
  const found = HOST.exec(text);
  if (!found) return false;
  const [, port] = found;
  return port === undefined || (Number(port) >= 1 && Number(port) <= MAX_PORT);
};

/** The user name and the password of a well-formed connection string, decoded; empty where there is none. */
export const credentialsIn = (url: string): { readonly user: string; readonly password: string } => {
  const [authority = ''] = url.replace(SCHEME, '').split(/[/?#]/, 1);
  const at = authority.lastIndexOf('@');
  const [user = '', password = ''] = at === -1 ? [] : authority.slice(0, at).split(':');
  return { user: decodeURIComponent(user), password: decodeURIComponent(password) };
};

/** The hosts of a well-formed connection string, without their ports. */
export const hostsIn = (url: string): readonly string[] => {
  const [authority = ''] = url.replace(SCHEME, '').split(/[/?#]/, 1);
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  // A socket of MongoDB is on this machine.
  return hosts.map((host) => (/%2f/i.test(host) ? 'localhost' : host.replace(/:\d+$/, '').toLowerCase()));
};

/** The options of a connection string, in the order in which they are written. */
export const optionsIn = (url: string): readonly (readonly [name: string, value: string])[] =>
  [...new URLSearchParams(url.split('?').slice(1).join('?'))].map(([name, value]) => [name, value]);

/** Whether a connection string names a server that holds a log: EventStoreDB or KurrentDB. */
export const isLogServer = (url: string): boolean => /^(esdb|kurrentdb)(\+discover)?:/.test(url);

/** The options that the clients of EventStoreDB and KurrentDB know. */
const LOG_SERVER_OPTIONS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
];
const flat = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
const KNOWN = new Set(LOG_SERVER_OPTIONS.map(flat));

/**
 * What the clients of EventStoreDB and KurrentDB would not accept, or only with a warning on standard error that holds the whole
 * connection string.
 */
export const logServerProblem = (url: string): string | undefined => {
  if (!isLogServer(url)) return undefined;
  const [authority = ''] = url.replace(SCHEME, '').split(/[/?#]/, 1);
  if (authority.includes('@') && !credentialsIn(url).password)
    return 'Expected a user name and a password, or neither.';
  if (authority.includes('['))
    return 'Expected a host name or an IPv4 address: the client takes no IPv6 address.';
  const options = optionsIn(url);
  if (options.some(([name]) => !KNOWN.has(flat(name))))
    return `Unknown option; known are ${LOG_SERVER_OPTIONS.join(', ')}.`;
  if (options.some(([name, value]) => flat(name) === 'tlsverifycert' && value.trim() === 'false'))
    return 'tlsVerifyCert=false is not taken: name the authority of the certificate by tlsCAFile.';
  return undefined;
};

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions, those of Windows included. */
const DATABASE_NAME = /^[^/\\. "$*<>:|?%\p{Cc}]{1,63}$/u;

/** What MongoDB would not accept as the name of a database. */
export const databaseNameProblem = (url: string): string | undefined => {
  if (!url.startsWith('mongodb')) return undefined;
  const [path = ''] = url.replace(SCHEME, '').split('?', 1);
  const name = path.includes('/') ? path.slice(path.indexOf('/') + 1) : '';
  return name === '' || DATABASE_NAME.test(name)
    ? undefined
    : 'Expected the name of a database after the host: at most 63 characters, and none of / \\ . " $ * < > : | ? % or a space.';
};
