import { parseCookie, stringifySetCookie } from 'cookie';
import { MAX_SESSION_COOKIES, MAX_SESSION_SECONDS } from '../../../domain/bounds.js';

/** The prefix binds the cookies to this host, to TLS (or loopback), and to no parent domain (RFC 6265bis, 4.1.3.2). */
const NAMES = Array.from({ length: MAX_SESSION_COOKIES }, (_, n) =>
  n === 0 ? '__Host-herald' : `__Host-herald-${n}`,
);

const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

/** Characters of one cookie: browsers keep 4,096 bytes with its name (RFC 6265bis, 5.6). */
const MAX_PART = 3_800;

/** The session in a Cookie header; undefined if there is none. */
export const sessionIn = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const cookies = parseCookie(header);
  return NAMES.map((name) => cookies[name] ?? '').join('') || undefined;
};

/** Set-Cookie headers that have the browser keep a session, and forget what is left of a longer one. */
export const sessionCookies = (session: string): string[] =>
  NAMES.map((name, n) => {
    const value = session.slice(n * MAX_PART, (n + 1) * MAX_PART);
    return stringifySetCookie({ name, value, maxAge: value ? MAX_SESSION_SECONDS : 0, ...ATTRIBUTES });
  });

/** Set-Cookie headers that have the browser forget its session. */
export const noSessionCookies = (): string[] => sessionCookies('');
