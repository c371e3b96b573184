import nodemailer from 'nodemailer';

/** A pool of connections to the sink, and a function that sends the same mail to a recipient. */
export function mailPool({ port, connections, mail: { subjectLine: subject, html, text } }) {
  const pool = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port, secure: false, pool: true, ignoreTLS: true },
    ...{ maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY },
  });
  const send = (to) => pool.sendMail({ from: 'notifications@aurora.example', to, subject, html, text });
  return Object.assign(send, { close: () => pool.close() });
}

export const recipient = (n) => `u${n}@partner.example`;

/** Calls `work` for the numbers below `count` in batches of a thousand. */
export async function inBatches(count, work) {
  for (let n = 0; n < count; n += 1_000)
    await work(Array.from({ length: Math.min(1_000, count - n) }, (_, m) => n + m));
}
