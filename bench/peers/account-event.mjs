// How peers fold Herald's events about social accounts.
import { socialAccounts } from '../../dist/application/read-models/social-accounts/social-accounts.js';

export const { handles } = socialAccounts;

/** The id of the document that an event changes, and the function that changes it. */
export function folded({ stream, type, data, metadata, id, position }) {
  const event = { stream, type, data, metadata, id, position: String(position).padStart(20, '0') };
  const [document] = socialAccounts.target(event).ids;
  return {
    id: document,
    evolve: (before) => socialAccounts.evolve(before, event, document, () => undefined),
  };
}
