import { HeraldError } from '../../domain/kernel/herald-error.js';
import { redactUrl } from '../logging/redact-url.js';
import { failureOf, isOfType, within } from './failures.js';
import { createGroup } from './inbox-group.js';
import type { Connect, LogClient } from './log-client.js';

const DEADLINE_MS = 10_000;

/** What names the server and its admin. */
const ADMIN = 'the connection string of the admin';

/** Those who may read `$all` unless somebody says otherwise. */
const ADMINS = '$admins';

/** What somebody needs who is no admin, and who gives it. */
export interface Grant {
  /** The connection string of an admin. */
  readonly adminUrl: string;
  /** The name of Herald's user, or of a group that it is in. */
  readonly user: string;
  /** The inbox stream, if there is one. */
  readonly inbox?: string | undefined;
}

/**
 * Lets Herald's user read `$all`, and creates the group that reads the inbox: only an admin may. What is there already stays.
 * @returns what was done, a sentence each.
 * @throws HeraldError `event-store-unavailable`, `invalid-configuration`.
 */
export async function grant({ adminUrl, user, inbox }: Grant, connect: Connect): Promise<readonly string[]> {
  const client = connect({ url: adminUrl, setting: ADMIN });
  try {
    return [
      await within(DEADLINE_MS, readsAll(client, user)),
      ...(inbox === undefined ? [] : [await within(DEADLINE_MS, readsInbox(client, inbox))]),
    ];
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    const explained = await client.explain(error);
    if (isOfType(explained, 'access-denied')) throw noAdmin(redactUrl(adminUrl), explained);
    throw failureOf(explained, redactUrl(adminUrl), ADMIN);
  } finally {
    await client.dispose();
  }
}

const readsAll = async (client: LogClient, user: string): Promise<string> => {
  const metadata = await client.getStreamMetadata('$all');
  const { acl = {} } = metadata;
  const readers = acl.readRoles ?? [ADMINS];
  if (readers.includes(user)) return `${user} may read $all already.`;
  await client.setStreamMetadata('$all', { ...metadata, acl: { ...acl, readRoles: [...readers, user] } });
  return `${user} may read $all now.`;
};

const readsInbox = async (client: LogClient, stream: string): Promise<string> => {
  const done = (await createGroup(client, stream)) ? 'was created' : 'exists already';
  return `The group that reads the inbox stream ${stream} ${done}.`;
};

const noAdmin = (server: string, cause: unknown): HeraldError => {
  const failure = new HeraldError(
    'event-store-unavailable',
    `The user in ${ADMIN} is no admin of the event store at ${server}, so nothing was granted. Name an admin in the file of --admin-url-file, or in HERALD_EVENT_STORE without it.`,
  );
  failure.cause = cause;
  return failure;
};
