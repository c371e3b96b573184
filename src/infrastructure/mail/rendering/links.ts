import type { MessageModel } from '../../../application/ports/channel.js';
import type { PostLine } from '../../../domain/rules/shared/notification-content.js';
import { expandLink } from '../../../domain/solution/link-template.js';

type Solution = MessageModel['solution'];

/** The URL itself if it is a web address, else empty: any other scheme, such as javascript:, never becomes a link. */
export const webUrl = (url: string | undefined): string =>
  url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : '';

/** The URL itself if it is https, else empty. */
export const secureUrl = (url: string | undefined): string =>
  url?.startsWith('https://') ? webUrl(url) : '';

/** Where the button of a mail leads: to the account it is about, or to the solution; empty if neither is a web address. */
export const actionUrl = ({ account, partner, solution }: MessageModel): string => {
  const { accountUrl } = solution;
  const { partnerId } = partner;
  const toAccount =
    account && accountUrl && expandLink(accountUrl, { accountId: account.accountId, partnerId });
  return toAccount || webUrl(solution.baseUrl);
};

/** Where a post can be approved; empty if the solution has no such links. */
export const postUrl = ({ postUrl: template }: Solution, partnerId: string, { postId }: PostLine): string =>
  (template && expandLink(template, { postId, partnerId })) ?? '';
