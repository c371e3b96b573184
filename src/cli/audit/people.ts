import type { PersonDocument } from '../../application/read-models/people/people.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';

export interface PeopleOptions {
  readonly url: string;
  readonly partner?: string;
  readonly person?: string;
  /** How many are shown; all of them with `all`. */
  readonly limit: string;
  readonly json?: boolean;
}

/** Lists partner users and their notification settings. @returns the exit code 0. */
export async function people({ url, limit, json, ...filter }: PeopleOptions): Promise<number> {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const path = `/v1/people?${new URLSearchParams(given)}`;
  await printItems(new HeraldClient(url).items<PersonDocument>(path, limit), { json, lineOf });
  return 0;
}

const lineOf = (person: PersonDocument): string => {
  const { userId, partnerId, name, email, role, active, contentApproval, accountExpiration } = person;
  const settings = [
    `approvals ${contentApproval ?? 'as the solution says'}`,
    `expirations ${accountExpiration ?? 'as the solution says'}`,
    ...(person.undeliverable ? ['the address is undeliverable'] : []),
  ];
  const who = `${name ?? userId} <${email ?? ''}>`;
  return [
    `${partnerId}/${userId}`,
    who,
    role ?? '',
    active ? 'active' : 'inactive',
    settings.join(', '),
  ].join('  ');
};
