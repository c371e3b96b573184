import { createHmac, timingSafeEqual } from 'node:crypto';

/** The user that a link unsubscribes. */
export interface Subscription {
  readonly partnerId: string;
  readonly userId: string;
}

/** Signed links that unsubscribe the recipient of a digest without a login. */
export class UnsubscribeLinks {
  /**
   * @param publicUrl the public address of Herald, without a trailing slash.
   * @param secret shared by all instances, and kept secret.
   */
  constructor(
    private readonly publicUrl: string,
    private readonly secret: string,
  ) {}

  /** The link of this user. */
  linkFor(subscription: Subscription): string {
    const content = Buffer.from(JSON.stringify([subscription.partnerId, subscription.userId]));
    const token = `${content.toString('base64url')}.${this.#sign(content).toString('base64url')}`;
    return `${this.publicUrl}/v1/unsubscribe/${token}`;
  }

  /** The user that the token was made for; undefined for any other text, also for another spelling of a token. */
  read(token: string): Subscription | undefined {
    const [content = '', signature = '', ...more] = token.split('.');
    const bytes = canonical(content);
    const given = canonical(signature);
    if (!bytes || !given || more.length > 0) return undefined;
    const expected = this.#sign(bytes);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [partnerId, userId] = JSON.parse(bytes.toString()) as [string, string];
    return { partnerId, userId };
  }

  #sign(content: Buffer): Buffer {
    return createHmac('sha256', this.secret).update(content).digest();
  }
}

/** The bytes of a base64url text; undefined for padding, foreign characters or stray bits, which decoders ignore. */
const canonical = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
};
