import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Hashes of credentials, keyed with the secret of the installation: whoever reads the log cannot check a guess, and whoever writes
 * to it cannot make a key. A secret of 256 random bits cannot be guessed, so no slow hash is needed.
 */
export class KeyHashes {
  readonly #key: Buffer;

  /** @param secret shared by all instances, and kept secret. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'herald/api-keys', 32));
  }

  /** The hash of a credential, in base64url. */
  of(credential: string): string {
    return this.#digest(credential).toString('base64url');
  }

  /** Whether the hash is that of the credential; compared in constant time. */
  isOf(hash: string, credential: string): boolean {
    const expected = Buffer.from(hash, 'base64url');
    const given = this.#digest(credential);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  #digest(credential: string): Buffer {
    return createHmac('sha256', this.#key).update(credential).digest();
  }
}
