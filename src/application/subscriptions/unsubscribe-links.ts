import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whom a link unsubscribes. */
export interface Subscription {
  readonly partnerId: string;
  readonly userId: string;
}

/** Links by which the reader of a digest ends them without signing in. Only Herald can make one. */
export class UnsubscribeLinks {
  /**
   * @param publicUrl where people reach Herald, without a slash at its end.
   * @param secret known to all instances of Herald, and to nobody else.
   */
  constructor(
    private readonly publicUrl: string,
    private readonly secret: string,
  ) {}

  /** The page of this user. */
  linkFor(subscription: Subscription): string {
    const content = Buffer.from(JSON.stringify([subscription.partnerId, subscription.userId]));
    const token = `${content.toString('base64url')}.${this.#sign(content).toString('base64url')}`;
    return `${this.publicUrl}/v1/unsubscribe/${token}`;
  }

  /** Whom the token was made for; undefined for any other text. */
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
