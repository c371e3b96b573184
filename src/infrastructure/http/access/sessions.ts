import { MAX_SESSION_SECONDS } from '../../../domain/bounds.js';
import { Sealed } from './sealed.js';

/**
 * Sessions of browsers. A session is the credential that somebody signed in with, encrypted for their browser: no instance keeps
 * anything, and whatever ends the credential (expiry, revocation) ends the session.
 */
export class Sessions {
  readonly #sealed: Sealed;

  /** @param secret shared by all instances, and kept secret. */
  constructor(secret: string) {
    this.#sealed = new Sealed(secret, 'herald/console-sessions');
  }

  /** @returns a session of `MAX_SESSION_SECONDS` that stands for the credential. */
  seal(credential: string): Promise<string> {
    return this.#sealed.seal({ credential }, MAX_SESSION_SECONDS);
  }

  /** The credential of a session; undefined if it is over, or was not made by this installation. */
  async credentialOf(session: string): Promise<string | undefined> {
    const { credential } = (await this.#sealed.open(session)) ?? {};
    return typeof credential === 'string' ? credential : undefined;
  }
}
