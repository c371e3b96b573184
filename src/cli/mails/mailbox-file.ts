import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { MAX_FEEDBACK_BODY_BYTES } from '../../domain/bounds.js';

/**
 * The mails of a file: an mbox (RFC 4155) if it begins with `From `, otherwise one mail. Read line by line, so that a large mailbox
 * needs little memory. Of a mail that is too large the rest is left out; it stays longer than the limit.
 */
export async function* mailsIn(file: string): AsyncGenerator<Buffer<ArrayBuffer>> {
  // latin1 keeps every byte as it is.
  const lines = createInterface({
    input: createReadStream(file, 'latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let mail: string[] = [];
  let length = 0;
  let isMbox: boolean | undefined;
  let isAfterEmpty = true;
  const take = (): Buffer<ArrayBuffer> => {
    const taken = Buffer.from(mail.join('\r\n'), 'latin1');
    mail = [];
    length = 0;
    return taken;
  };
  for await (const line of lines) {
    isMbox ??= line.startsWith('From ');
    if (isMbox && isAfterEmpty && line.startsWith('From ')) {
      if (mail.length > 0) yield take();
    } else if (length <= MAX_FEEDBACK_BODY_BYTES) {
      mail.push(isMbox ? line.replace(/^>(>*From )/, '$1') : line);
      length += line.length + 2;
    }
    isAfterEmpty = line === '';
  }
  if (mail.length > 0) yield take();
}
