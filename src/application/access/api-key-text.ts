import { randomBytes } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;

const KEY = /^hk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** An id for a new key: 16 hexadecimal digits. */
export const newKeyId = (): string => randomBytes(ID_BYTES).toString('hex');

/** The text of a key with a new random secret of 256 bits: `hk_<id>_<secret>`. */
export const newKeyText = (keyId: string): string =>
  `hk_${keyId}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** The id in the text of a key; undefined for any other text. */
export const keyIdIn = (text: string): string | undefined => KEY.exec(text)?.[1];
