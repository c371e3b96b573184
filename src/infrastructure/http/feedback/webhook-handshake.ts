import { HeraldError } from '../../../domain/kernel/herald-error.js';

/** What a sender asks for before it delivers, in the headers of CloudEvents web hooks (1.0.2, section 4.1). */
export interface HandshakeRequest {
  readonly origin: string | undefined;
  /** Deliveries within a minute, if it names any. */
  readonly rate: string | undefined;
}

/** The headers that answer it; none but `Allow` for a request that asks for nothing. */
export type HandshakeAnswer = Readonly<Record<string, string>>;

const ALLOW = { allow: 'OPTIONS, POST' };

/**
 * Agrees with a sender that it may deliver events. It grants nothing: each delivery needs a credential all the same. It only keeps a
 * sender from being pointed at a Herald that does not expect it.
 * @param origins the names of the senders that are expected, in lower case.
 * @param mostPerMinute how many deliveries one sender may make within a minute.
 * @throws HeraldError `webhook-origin-refused`.
 */
export const handshake = (
  { origin, rate }: HandshakeRequest,
  origins: readonly string[],
  mostPerMinute: number,
): HandshakeAnswer => {
  if (origin === undefined) return ALLOW;
  // Answered as it is configured: what a stranger sends is not repeated in a header.
  const allowed = origins.find((one) => one === origin.trim().toLowerCase());
  if (allowed === undefined)
    throw new HeraldError(
      'webhook-origin-refused',
      'Herald does not expect events of this origin: name it in HERALD_WEBHOOK_ORIGINS.',
      'webhook-request-origin',
    );
  const asked = rate !== undefined && /^[1-9]\d{0,8}$/.test(rate.trim()) ? Number(rate) : mostPerMinute;
  return {
    ...ALLOW,
    'webhook-allowed-origin': allowed,
    'webhook-allowed-rate': String(Math.min(asked, mostPerMinute)),
  };
};
