import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** The user that a link unsubscribes. */
export interface Subscription {
  readonly partnerId: string;
  readonly userId: string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The content is filled up to a multiple of it, so that a token says little about the length of the ids. */
const BLOCK_BYTES = 64;

/**
 * Links that unsubscribe the recipient of a digest without a login. The token is encrypted and authenticated, because URLs end up in the
 * logs of gateways and in the history of browsers: they name nobody.
 */
export class UnsubscribeLinks {
  readonly #encryptionKey: Buffer;
  readonly #nonceKey: Buffer;

  /**
   * @param publicUrl the public address of Herald, without a trailing slash.
   * @param secret shared by all instances, and kept secret.
   */
  constructor(
    private readonly publicUrl: string,
    private readonly secret: string,
  ) {
    this.#encryptionKey = derived(secret, 'unsubscribe token, encryption');
    this.#nonceKey = derived(secret, 'unsubscribe token, nonce');
  }

  /** The link of this user, always the same. */
  linkFor({ partnerId, userId }: Subscription): string {
    const content = Buffer.from(JSON.stringify([partnerId, userId]));
    const padded = Buffer.alloc(Math.ceil(content.length / BLOCK_BYTES) * BLOCK_BYTES, ' ');
    content.copy(padded);
    // From the content: the same content gets the same nonce, and another content another one.
    const nonce = createHmac('sha256', this.#nonceKey).update(padded).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#encryptionKey, nonce, { authTagLength: TAG_BYTES });
    const encrypted = Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
    return `${this.publicUrl}/v1/unsubscribe/${encrypted.toString('base64url')}`;
  }

  /** The user that the token was made for; undefined for any other text, also for another spelling of a token. */
  read(token: string): Subscription | undefined {
    const content = token.includes('.') ? this.#readSigned(token) : this.#readEncrypted(token);
    if (!content) return undefined;
    const [partnerId, userId] = JSON.parse(content.toString()) as [string, string];
    return { partnerId, userId };
  }

  #readEncrypted(token: string): Buffer | undefined {
    const bytes = canonical(token);
    if (!bytes || bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#encryptionKey, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** Mails that were sent before tokens were encrypted have signed ones. */
  #readSigned(token: string): Buffer | undefined {
    const [content = '', signature = '', ...more] = token.split('.');
    const bytes = canonical(content);
    const given = canonical(signature);
    if (!bytes || !given || more.length > 0) return undefined;
    const expected = createHmac('sha256', this.secret).update(bytes).digest();
    return given.length === expected.length && timingSafeEqual(given, expected) ? bytes : undefined;
  }
}

/** A key of its own for each use of the secret (RFC 5869). */
const derived = (secret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `herald: ${use}`, 32));

/** The bytes of a base64url text; undefined for padding, foreign characters or stray bits, which decoders ignore. */
const canonical = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
};
