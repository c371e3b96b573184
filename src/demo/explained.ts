import type { Why } from '../application/audit/why/get-why.js';
import type { HistoryEntry } from '../application/read-models/history/history.js';
import { definitionOf } from '../domain/rules/notifications.js';
import type { Client } from './client.js';

/** One decision with its reason in a few words. */
export interface Explained {
  readonly entry: HistoryEntry;
  readonly because: string;
}

interface Page {
  readonly items: readonly HistoryEntry[];
  readonly next: string | null;
}

/** The whole history, oldest first, each with its reason. */
export async function explainedHistory(client: Client): Promise<readonly Explained[]> {
  const all: Explained[] = [];
  let after = '';
  do {
    const page = await client.get<Page>(`/v1/notifications?order=oldest&limit=200${after}`);
    for (const entry of page.items) {
      const { conditions } = await client.get<Why>(`/v1/notifications/${entry.notificationId}/why`);
      const [mostTelling] = definitionOf(entry.rule).telling;
      const decisive = conditions.find(({ name }) => name === mostTelling);
      const against = conditions.find(({ holds }) => !holds);
      all.push({ entry, because: (entry.decision === 'raised' ? decisive : against)?.says ?? '' });
    }
    after = page.next ? `&after=${page.next}` : '';
  } while (after);
  return all;
}
