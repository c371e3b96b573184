import { HeraldError } from '../../domain/kernel/herald-error.js';
import { readConfig } from '../../infrastructure/config/config.js';
import { credentialsIn, isLogServer } from '../../infrastructure/config/connection-string.js';
import { connectorOf } from '../../infrastructure/config/log-server.js';
import { grant as grantTo } from '../../infrastructure/grpc-log/grants.js';
import { connectionStringIn } from '../keys/secret-file.js';
import { say } from '../terminal/terminal.js';

/** Options of commands that only an admin of the event store may carry out. */
export interface AdminOptions {
  /** A file that has nothing but the connection string of an admin. */
  readonly adminUrlFile?: string;
}

export interface GrantOptions extends AdminOptions {
  /** Default: the user of HERALD_EVENT_STORE. */
  readonly user?: string;
}

/** The connection string of the admin who carries out a command. @throws HeraldError `invalid-option`. */
export const adminUrlOf = ({ adminUrlFile }: AdminOptions, url: string): string =>
  adminUrlFile === undefined ? url : connectionStringIn(adminUrlFile, '--admin-url-file');

/** Grants Herald's user what it needs, as an admin. @returns the exit code 0. */
export async function grant({ user, ...admin }: GrantOptions): Promise<number> {
  const config = readConfig(process.env);
  const { HERALD_EVENT_STORE: url, HERALD_INBOX: inbox } = config;
  if (!isLogServer(url))
    throw new HeraldError(
      'invalid-configuration',
      'Only EventStoreDB and KurrentDB have users: HERALD_EVENT_STORE names a file, so there is nothing to grant.',
      'HERALD_EVENT_STORE',
    );
  const name = user ?? credentialsIn(url).user;
  if (name === '')
    throw new HeraldError(
      'invalid-option',
      'HERALD_EVENT_STORE has no user name: give --user, or add the user to it.',
      'user',
    );
  const adminUrl = adminUrlOf(admin, url);
  const connect = await connectorOf({ ...config, HERALD_EVENT_STORE: adminUrl });
  for (const says of await grantTo({ adminUrl, user: name, inbox }, connect)) say(says);
  return 0;
}
