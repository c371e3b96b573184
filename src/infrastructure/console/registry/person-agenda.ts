import type { AgendaItem } from '../../../application/audit/get-agenda.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';

/**
 * What of a partner's agenda concerns a person: their digests, their own accounts and, for an admin, those of the company. The sending
 * of a mail names no person: a mail that was decided is in the history.
 */
export const concerning = async (
  items: readonly AgendaItem[],
  person: Pick<PersonDocument, 'userId' | 'role'>,
  accountOf: (accountId: string) => Promise<AccountDocument | undefined>,
): Promise<readonly AgendaItem[]> => {
  const ids = [...new Set(items.flatMap(({ rule, accountId }) => (rule && accountId ? accountId : [])))];
  const accounts = await Promise.all(ids.map(accountOf));
  const own = new Set(
    ids.filter((_, index) => {
      const account = accounts[index];
      return account !== undefined && isTheirs(account, person);
    }),
  );
  return items.filter(({ rule, userId, accountId }) =>
    userId === undefined
      ? rule !== undefined && accountId !== undefined && own.has(accountId)
      : userId === person.userId,
  );
};

const isTheirs = (
  { kind, ownerId }: AccountDocument,
  { userId, role }: Pick<PersonDocument, 'userId' | 'role'>,
): boolean => (kind === 'company' ? role === 'admin' : ownerId === userId);
