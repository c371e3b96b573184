import { Injectable } from '@nestjs/common';
import { MAX_PINNED_ANSWER_BYTES, MAX_PINNED_FETCH_MS } from '../../../domain/bounds.js';

/** Fetches from hosts that the code has chosen. Follows no redirect: it could lead anywhere. */
@Injectable()
export class PinnedFetch {
  /**
   * The text at an https URL.
   * @throws Error for any other answer than 200, an answer that is too long, or none in time.
   */
  async text(url: string): Promise<string> {
    const signal = AbortSignal.timeout(MAX_PINNED_FETCH_MS);
    const response = await fetch(url, { redirect: 'error', signal, headers: { accept: '*/*' } });
    if (response.status !== 200) throw new Error(`${new URL(url).host} answered ${response.status}.`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > MAX_PINNED_ANSWER_BYTES) throw new Error(`${new URL(url).host} answered too much.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
