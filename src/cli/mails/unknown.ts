import { userInfo } from 'node:os';
import type { NotificationDetails } from '../../application/audit/history/get-notification.js';
import type { ResolvedOutcome } from '../../application/delivery/resolve-outcome.js';
import type { HistoryEntry } from '../../application/read-models/history/history.js';
import type { ResolvedAs } from '../../domain/notification/resolution.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';
import { say } from '../terminal/terminal.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/** Lists the mails in doubt, oldest first. @returns the exit code: 1 if there are any. */
export async function list({ url, json }: Options): Promise<number> {
  const path = '/v1/notifications?outcome=outcome-unknown&order=oldest';
  const items = new HeraldClient(url).items<HistoryEntry>(path);
  const count = await printItems(items, { json, lineOf: linesOf, none: 'No mail is in doubt.' });
  return count > 0 ? 1 : 0;
}

/** Shows the trail of one mail with what was said to the mail server. @returns the exit code 0. */
export async function show(id: string, { url, json }: Options): Promise<number> {
  const found = await new HeraldClient(url).get<NotificationDetails>(pathOf(id));
  if (json) {
    say(JSON.stringify(found));
    return 0;
  }
  const { details, trail, content } = found;
  const { name, address } = details.recipient;
  say(`${details.rule} to ${name} <${address.value}>, slot ${details.slot.date} (${details.slot.zone})`);
  if (content?.parts.subject) say(`  ${content.parts.subject}`);
  for (const { type, recordedAt, data } of trail) {
    say(`${recordedAt}  ${type}${said(data)}`);
    if (Array.isArray(data.transcript)) for (const line of data.transcript) say(`    ${String(line)}`);
  }
  say('herald unknown resolve says what became of it: --as delivered, resend or abandoned.');
  return 0;
}

/** Says what became of a mail in doubt. @returns the exit code 0. */
export async function resolve(
  id: string,
  { url, json, as, reason, by = userInfo().username }: Options & Resolve,
): Promise<number> {
  const resolved = await new HeraldClient(url).post<ResolvedOutcome>(`${pathOf(id)}/resolve`, {
    ...{ as, reason, by },
  });
  say(json ? JSON.stringify(resolved) : `${id}: ${SAYS[as]}`);
  return 0;
}

interface Resolve {
  readonly as: ResolvedAs;
  readonly reason: string;
  readonly by?: string;
}

const SAYS: Readonly<Record<ResolvedAs, string>> = {
  delivered: 'it is on record as delivered.',
  resend: 'it is sent again, unless it is no longer due.',
  abandoned: 'it is on record as undelivered, and is not sent again.',
};

const pathOf = (id: string): string => `/v1/notifications/${encodeURIComponent(id)}`;

const linesOf = ({ notificationId, outcomeAt, rule, recipientName, detail }: HistoryEntry) => [
  `${outcomeAt}  ${notificationId}  ${rule} to ${recipientName}`,
  ...(detail ? [`  ${detail}`] : []),
];

const said = ({ reason, reply, attempt, as, by }: Readonly<Record<string, unknown>>): string =>
  [
    attempt === undefined ? '' : ` (attempt ${String(attempt)})`,
    as === undefined ? '' : ` as ${String(as)} by ${String(by)}`,
    reason === undefined && reply === undefined ? '' : `: ${String(reason ?? reply)}`,
  ].join('');
