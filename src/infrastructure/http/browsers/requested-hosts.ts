import type { IncomingMessage } from 'node:http';

/** A host, and a port if there is one, as the Host header has them (RFC 9110, 7.2). */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/** The host of an authority as browsers write it: in lower case, addresses in one spelling. Undefined if it is none. */
export const hostOf = (authority: string): string | undefined => {
  if (!AUTHORITY.test(authority)) return undefined;
  try {
    return new URL(`http://${authority}`).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
};

/**
 * The hosts that a request names: that of its one Host header, and that of its target if it is in absolute form (RFC 9112, 3.2).
 * @returns undefined if the request does not name exactly one host there, or if one is malformed.
 */
export const requestedHosts = ({ url = '', rawHeaders }: IncomingMessage): readonly string[] | undefined => {
  const headers = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  const authorities = [...headers, ...authorityOfTarget(url)];
  const hosts = authorities.map(hostOf).filter((host) => host !== undefined);
  return headers.length === 1 && hosts.length === authorities.length ? hosts : undefined;
};

/** `http://host:port/path` has an authority; `/path` and `*` have none. */
const authorityOfTarget = (target: string): readonly string[] => {
  if (target.startsWith('/') || target === '*') return [];
  const [, authority = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(target) ?? [];
  return [authority];
};
