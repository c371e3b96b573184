import { HeraldError } from '../../domain/kernel/herald-error.js';

/** A limit within a time is reached. */
export class TooManyRequests extends HeraldError {
  /**
   * @param limit what is limited, as the beginning of a sentence.
   * @param retryAfter the seconds until a request is accepted again.
   */
  constructor(
    limit: string,
    readonly retryAfter: number,
  ) {
    super(
      'too-many-requests',
      `${limit}: retry in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`,
    );
  }
}
