import { parseCookie, stringifySetCookie } from 'cookie';
import * as z from 'zod';
import { MAX_SIGN_IN_SECONDS } from '../../../domain/bounds.js';
import { Sealed } from './sealed.js';

const NAME = '__Host-herald-sign-in';

/** The provider leads back from another site: a strict cookie would not come along. */
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;

const attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  redirectUri: z.string(),
  to: z.string(),
});

/** What a browser that signs in at the OpenID provider keeps until it is back. */
export type SignInAttempt = Readonly<z.output<typeof attempt>>;

/** Keeps attempts to sign in, each in a cookie of the browser that started it. */
export class SignInAttempts {
  readonly #sealed: Sealed;

  /** @param secret shared by all instances, and kept secret. */
  constructor(secret: string) {
    this.#sealed = new Sealed(secret, 'herald/console-sign-in');
  }

  /** A Set-Cookie header that has the browser keep an attempt for `MAX_SIGN_IN_SECONDS`, instead of an earlier one. */
  async cookieOf(started: SignInAttempt): Promise<string> {
    const value = await this.#sealed.seal(started, MAX_SIGN_IN_SECONDS);
    return stringifySetCookie({ name: NAME, value, maxAge: MAX_SIGN_IN_SECONDS, ...ATTRIBUTES });
  }

  /** The attempt in a Cookie header; undefined if there is none, or it took too long. */
  async in(header: string | undefined): Promise<SignInAttempt | undefined> {
    const cookie = header === undefined ? undefined : parseCookie(header)[NAME];
    const content = cookie && (await this.#sealed.open(cookie));
    return content ? attempt.parse(content) : undefined;
  }
}

/** A Set-Cookie header that has the browser forget its attempt. */
export const noAttemptCookie = (): string =>
  stringifySetCookie({ name: NAME, value: '', maxAge: 0, ...ATTRIBUTES });
