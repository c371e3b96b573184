import { MongoError } from 'mongodb';
import { expect, it } from 'vitest';
import { failureOf } from './connection.js';
import { mongodbAdvice } from './mongodb-advice.js';

const PLAIN = 'mongodb://mongo/herald';
const WITH_USER = 'mongodb://herald:secret@mongo/herald';

const openSsl = (reason: string, alert: number) =>
  `800C0F1E1E7F0000:error:0A00045C:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number ${alert}\n`;

it('What OpenSSL says is said without its line of source code', () => {
  const failure = failureOf(new MongoError(openSsl('tlsv13 alert certificate required', 116)), PLAIN);
  expect(failure).toMatchObject({
    code: 'document-store-unavailable',
    message: expect.stringMatching(/fails \(tlsv13 alert certificate required\)\. If the server asks/),
  });
});

it.each([
  [
    'a wrong password, or a user of another database',
    { code: 18, message: 'Authentication failed.' },
    WITH_USER,
    'add authSource=admin',
  ],
  [
    'a wrong password where the URL names no database',
    { code: 18, message: 'Authentication failed.' },
    'mongodb://herald:secret@mongo',
    'in the database admin',
  ],
  [
    'a wrong password of a user whose database is named',
    { code: 18, message: 'Authentication failed.' },
    `${WITH_USER}?authSource=admin`,
    'the database that authSource names',
  ],
  [
    'a user who may only read',
    { code: 13, message: 'not authorized on herald to execute command' },
    WITH_USER,
    'the role readWrite on the database herald',
  ],
  ['no user', { code: 13, message: 'Command find requires authentication' }, PLAIN, 'Name a user'],
  ['an authority that is not known', { message: 'self-signed certificate' }, PLAIN, 'NODE_EXTRA_CA_CERTS'],
  [
    'a server with TLS only',
    { message: 'connection <monitor> to 127.0.0.1:27017 closed' },
    PLAIN,
    'add tls=true',
  ],
  [
    'a server without TLS',
    { message: 'Server selection timed out after 10000 ms' },
    `${PLAIN}?tls=true`,
    'that it offers TLS',
  ],
  [
    'another replica set',
    { message: 'Server selection timed out after 10000 ms' },
    `${PLAIN}?replicaSet=rs1`,
    'its replica set has the name',
  ],
  [
    'a server that asks for a certificate',
    { message: openSsl('tlsv13 alert certificate required', 116) },
    `${PLAIN}?tls=true`,
    'tlsCertificateKeyFile=…',
  ],
  [
    'a server that asks for a certificate, with TLS 1.2',
    { message: openSsl('sslv3 alert handshake failure', 40) },
    `${PLAIN}?tls=true`,
    'tlsCertificateKeyFile=…',
  ],
  [
    'a certificate that the server does not trust',
    { message: openSsl('tlsv1 alert unknown ca', 48) },
    `${PLAIN}?tls=true&tlsCertificateKeyFile=/herald.pem`,
    'an authority that the server trusts',
  ],
  ['no server', { message: 'connect ECONNREFUSED 127.0.0.1:27017' }, PLAIN, 'that it is running'],
])('MongoDB with %s: what to do is said, and no secret', (_, failure, url, toDo) => {
  const advice = mongodbAdvice(failure, url, 'herald');
  expect(advice).toContain(toDo);
  expect(advice).not.toContain('secret');
});
