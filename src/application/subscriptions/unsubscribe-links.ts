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

  /** The user that the token was made for; undefined for any other text. */
  read(token: string): Subscription | undefined {
    const [content = '', signature = ''] = token.split('.');
    const bytes = Buffer.from(content, 'base64url');
    const expected = this.#sign(bytes);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [partnerId, userId] = JSON.parse(bytes.toString()) as [string, string];
    return { partnerId, userId };
  }

  #sign(content: Buffer): Buffer {
    return createHmac('sha256', this.secret).update(content).digest();
  }
}
