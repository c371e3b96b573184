// Mails and nothing else: the limit of one process of Node.
import { given, serve } from './line-protocol.mjs';
import { mailPool, recipient } from './pool.mjs';

const send = mailPool(given());
await serve((count) => Promise.all(Array.from({ length: count }, (_, n) => send(recipient(n)))));
