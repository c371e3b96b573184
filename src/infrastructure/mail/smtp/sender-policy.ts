import type { Reply } from './smtp-reply.js';

/**
 * Details of X.7 that are about the sender: DKIM, SPF, reverse DNS, DMARC, a null MX, rate and TLS (RFC 7372, RFC 7505, Gmail's 23 to
 * 40), no permission to relay or to send as this address (Exchange's 54, 57, 60 and 64), the daily limit of a tenant (232, 233),
 * Outlook's 515 and its 5xx and 7xx series.
 */
const isPolicyDetail = (n: number): boolean =>
  (n >= 20 && n <= 40) || [54, 57, 60, 64, 232, 233].includes(n) || (n >= 500 && n < 800);

/**
 * Other statuses about the sender: its address or domain (RFC 3463, X.1.7 and X.1.8), daily limits (Exchange Online's X.1.90, Gmail's
 * 5.4.5), no permission to send as this address (Exchange Online's X.2.252).
 */
const ABOUT_SENDER = /^(?:[45]\.(?:1\.(?:7|8|90)|2\.252)|5\.4\.5)$/;

/** Statuses that leave it to the text what is wrong. 4.2.0 is none: greylisting says it of one recipient, and may name SPF. */
const GENERAL = /^(?:|[45]\.(?:0\.0|1\.0|5\.\d|7\.[01])|5\.2\.0)$/;

/** What servers write beside a general status, or without one. */
const TEXTS: readonly RegExp[] = [
  /\brelay(?:ing)?\b.{0,20}\b(?:denied|disallowed|not permitted|not allowed|prohibited)\b|\bnot allowed to relay\b/i,
  /\bunable to relay\b|\brcpthosts\b|\bcredentials for relay\b/i,
  /\b(?:SPF|DKIM|DMARC)\b/i,
  // Postfix, of the address, the host, and the name in EHLO; Exchange; Exim
  /\bsender (?:address (?:is )?)?(?:rejected|denied|not allowed)\b|\bhelo command rejected\b|\bsender verify failed\b/i,
  /\bclient host\b.{0,80}\b(?:blocked|rejected)\b|\bblocked using\b/i,
  // Amazon SES: an identity, an account, and a user of IAM
  /\bemail address is not verified\b|\bsending paused for this account\b|\bnot authorized to perform\b/i,
  // SendGrid; Exchange Online; other relays
  /\bverified sender identity\b|\bSendAsDenied|\bfrom address is not one of\b|\bunconfigured sending domain\b/i,
];

/** An address may contain any of the words, such as `info@dmarc.example`. */
const withoutAddresses = (text: string): string => text.replace(/\S+@\S+/g, '');

/** Whether a reply is about the set-up of the sender, so that no mail of this sender would pass, whoever gets it. */
export const isAboutSender = ({ status, text }: Reply): boolean => {
  const [, detail] = /^[45]\.7\.(\d+)$/.exec(status) ?? [];
  if (ABOUT_SENDER.test(status) || (detail !== undefined && isPolicyDetail(Number(detail)))) return true;
  const said = withoutAddresses(text);
  return GENERAL.test(status) && TEXTS.some((pattern) => pattern.test(said));
};
