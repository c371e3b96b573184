import type { SendingStatus } from '../../application/delivery/get-sending-status.js';
import { sayLost } from '../../application/delivery/sending-hold.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

type WithReason = Options & { readonly reason: string };

/** Shows whether sending is held, and which mails would be sent a second time. @returns the exit code: 1 while it is held. */
export async function show({ url, json }: Options): Promise<number> {
  return print(await new HeraldClient(url).get<SendingStatus>('/v1/sending'), json);
}

/** Holds sending. @returns the exit code 0. */
export async function hold({ url, json, reason }: WithReason): Promise<number> {
  print(await new HeraldClient(url).post<SendingStatus>('/v1/sending/hold', { reason }), json);
  return 0;
}

/** Resumes sending, and sends the mails started since the backup again: all, or those with these ids. @returns as `show`. */
export async function release(ids: readonly string[], { url, json, reason }: WithReason): Promise<number> {
  const body = ids.length > 0 ? { reason, notificationIds: ids } : { reason };
  return print(await new HeraldClient(url).post<SendingStatus>('/v1/sending/release', body), json);
}

/** Resumes sending, without the mails started since the backup. @returns as `show`. */
export async function keep({ url, json, reason }: WithReason): Promise<number> {
  return print(await new HeraldClient(url).post<SendingStatus>('/v1/sending/keep', { reason }), json);
}

const print = (status: SendingStatus, json = false): number => {
  if (json) say(JSON.stringify(status));
  else for (const line of linesOf(status)) say(line);
  return status.held ? 1 : 0;
};

const linesOf = ({ held, why, reason, lost = [], begunSince, more }: SendingStatus): readonly string[] => {
  if (!held) return ['Sending is not held.'];
  if (why === 'operator') return [`Sending is held by an operator: ${reason}`];
  const losses = lost.length > 0 ? [sayLost(lost)] : [];
  if (why === 'record-lost') return losses;
  if (why !== 'log-restored')
    return ['Sending waits until the log has been compared with the last started mail.'];
  return [
    ...losses,
    'Sending is held: the log lacks mails that were started, so it was restored from a backup or replaced.',
    `These mails were started since${more ? ' (more are not listed)' : ''}:`,
    ...begunSince.map(({ notificationId, begunAt }) => `  ${begunAt}  ${notificationId}`),
    'herald sending release sends them again once they are raised again. With ids it sends only those; the others are never sent again.',
    'herald sending keep sends none of them again.',
  ];
};
