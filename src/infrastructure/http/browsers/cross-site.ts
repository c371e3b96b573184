import type { IncomingHttpHeaders } from 'node:http';

const OWN_SITE = new Set<unknown>([undefined, 'same-origin', 'none']);

/**
 * Whether a browser makes this request for a page of another origin. Whatever such a page may send without being asked, it may not
 * take off `Sec-Fetch-Site` or `Origin`, which the browser adds. Clients that are no browsers send neither.
 * Opening a link from another site is no such request: it has a person who sees the answer, and it changes nothing.
 */
export const isCrossSite = (method: string, headers: IncomingHttpHeaders): boolean => {
  if (OWN_SITE.has(headers['sec-fetch-site'])) return !isOwnOrigin(headers);
  return !isOpened(method, headers);
};

/** A window or a tab, and not a frame of another page. */
const isOpened = (method: string, headers: IncomingHttpHeaders): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document';

/** The scheme is that of the proxy before Herald, so host and port are compared. `null` is an origin that nobody knows. */
const isOwnOrigin = ({ origin, host = '' }: IncomingHttpHeaders): boolean => {
  if (origin === undefined) return true;
  try {
    const { protocol, host: of } = new URL(origin);
    return of !== '' && new URL(`${protocol}//${host}`).host === of;
  } catch {
    return false;
  }
};
