import { type KeyObject, X509Certificate } from 'node:crypto';
import { boundedCache } from '../../../application/caches/bounded-cache.js';
import type { Clock } from '../../../application/ports/clock.js';
import { MAX_CERTIFICATE_FETCHES_PER_MINUTE, MAX_CERTIFICATES } from '../../../domain/bounds.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { toMillis } from '../../../domain/kernel/instant.js';
import { refusal } from '../refusal.js';
import type { PinnedFetch } from './pinned-fetch.js';

const MINUTE_MS = 60_000;

/** The certificates that SNS signs with. There are few, so they are cached; what cannot be fetched is asked for again. */
export class SnsCertificates {
  readonly #certificates = boundedCache<Promise<X509Certificate>>(MAX_CERTIFICATES);
  #fetches: readonly number[] = [];

  constructor(
    private readonly pinned: PinnedFetch,
    private readonly clock: Clock,
  ) {}

  /**
   * The public key at a URL that was checked.
   * @throws HeraldError `feedback-refused` if the certificate is not valid now; `feedback-unverified` if it cannot be fetched.
   */
  async keyAt(url: string): Promise<KeyObject> {
    const certificate = await (this.#certificates.get(url) ?? this.#fetch(url));
    const now = toMillis(this.clock.now());
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
      throw refusal(
        `The certificate of SigningCertURL is valid from ${certificate.validFrom} to ${certificate.validTo} only.`,
        'SigningCertURL',
      );
    return certificate.publicKey;
  }

  #fetch(url: string): Promise<X509Certificate> {
    this.#countFetch();
    const fetched = this.pinned
      .text(url)
      .then((pem) => new X509Certificate(pem))
      .catch((error: unknown) => {
        throw unverified(messageOf(error));
      });
    this.#certificates.set(url, fetched);
    fetched.catch(() => this.#certificates.delete(url));
    return fetched;
  }

  /** Whoever knows a topic could name certificates that there are none of, and have Herald ask SNS for each. */
  #countFetch(): void {
    const now = this.clock.monotonicMs();
    this.#fetches = this.#fetches.filter((at) => now - at < MINUTE_MS);
    if (this.#fetches.length >= MAX_CERTIFICATE_FETCHES_PER_MINUTE)
      throw unverified(`${MAX_CERTIFICATE_FETCHES_PER_MINUTE} certificates were fetched within a minute`);
    this.#fetches = [...this.#fetches, now];
  }
}

const unverified = (why: string): HeraldError =>
  new HeraldError(
    'feedback-unverified',
    `The certificate that proves the signature cannot be had now (${why}): send it again later. Herald fetches certificates from SNS over https.`,
    'SigningCertURL',
  );
