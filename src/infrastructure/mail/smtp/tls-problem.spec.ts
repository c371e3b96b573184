import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { sayFailure } from './smtp-failure.js';
import { plainly } from './tls-problem.js';
import { verifySmtp } from './verify-smtp.js';

let server: Server | undefined;
afterEach(() => void server?.close());

/** A mail server without TLS from the first byte. */
const plainServer = async (): Promise<number> => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 plain.example ESMTP\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

it('smtps:// at a port without TLS: doctor says which scheme to use, not what OpenSSL calls it', async () => {
  const options = { host: '127.0.0.1', port: await plainServer(), secure: true, requireTls: false };
  const verified = verifySmtp(options as Parameters<typeof verifySmtp>[0]);
  await expect(verified).rejects.toMatchObject({
    code: 'mail-server-unavailable',
    message: expect.stringMatching(
      /does not speak TLS from the first byte at this port\. Use smtp:\/\/ for STARTTLS/,
    ),
  });
});

const OLD_TLS =
  'C0D6BF9DF57F0000:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 70';

it('a server with an old version of TLS only: health says which versions Herald takes', () => {
  const failure = { stage: 'TLS', why: { kind: 'closed', detail: OLD_TLS } } as const;
  expect(sayFailure(failure as unknown as Parameters<typeof sayFailure>[0])).toBe(
    'No connection to the mail server: the server offers no version of TLS that Herald takes: those are 1.2 and 1.3.',
  );
});

it('no greeting: smtps:// may be the right scheme; plain words stay as they are', () => {
  expect(plainly('Greeting never received')).toContain('smtps://');
  expect(plainly('connect ECONNREFUSED 127.0.0.1:25')).toBe('connect ECONNREFUSED 127.0.0.1:25');
});

it.each([
  ['self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
  ['self-signed certificate in certificate chain', 'NODE_EXTRA_CA_CERTS'],
  ['unable to verify the first certificate', 'NODE_EXTRA_CA_CERTS'],
  ['unable to get local issuer certificate', 'NODE_EXTRA_CA_CERTS'],
  [
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
    'Use a name that the certificate has',
  ],
  ['certificate has expired', 'Renew it'],
  ['certificate is not yet valid', 'clock'],
])('%s: what Node.js says stays, and what to do is said', (detail, toDo) => {
  expect(plainly(detail)).toContain(detail.replace(/: $/, ''));
  expect(plainly(detail)).toContain(toDo);
});
