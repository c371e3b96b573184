import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';

const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;

/** Seals what browsers keep: this installation alone can make and read it. It lives by real time, also on a test clock. */
export class Sealed {
  readonly #key: Uint8Array;

  /**
   * @param secret shared by all instances, and kept secret.
   * @param purpose what is sealed for one purpose is nothing for another.
   */
  constructor(secret: string, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  }

  /** @param seconds after which nobody can open it any more. */
  seal(content: JWTPayload, seconds: number): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader(ENCRYPTION)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .encrypt(this.#key);
  }

  /** What was sealed; undefined if it is over, or was not made by this installation for this purpose. */
  async open(sealed: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtDecrypt(sealed, this.#key, {
        keyManagementAlgorithms: [ENCRYPTION.alg],
        contentEncryptionAlgorithms: [ENCRYPTION.enc],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
