import { hkdfSync } from 'node:crypto';

const BYTES = 16;

/** Tells whether two instances have the same secret, without telling the secret. */
export class SecretFingerprint {
  readonly text: string;

  /** @param secret shared by all instances, and kept secret. */
  constructor(secret: string) {
    this.text = Buffer.from(hkdfSync('sha256', secret, '', 'herald: fingerprint', BYTES)).toString(
      'base64url',
    );
  }
}
