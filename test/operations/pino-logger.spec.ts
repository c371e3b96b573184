import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { expect, it } from 'vitest';
import { LogOnce } from '../../src/application/concurrency/log-once.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { createLogger, PinoLogger } from '../../src/infrastructure/logging/pino-logger.js';
import { scrubText } from '../../src/infrastructure/logging/scrub.js';

/** What is logged, as it is written. */
const logged = (work: (logger: Logger) => void): Readonly<Record<string, unknown>> => {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  Logger.overrideLogger(new PinoLogger(createLogger('debug', destination)));
  work(new Logger('Test'));
  Logger.overrideLogger(false);
  return JSON.parse(text);
};

it('An unexpected error of a worker is logged with its stack', () => {
  const line = logged((logger) => new LogOnce(logger).about(new TypeError('x is undefined')));
  expect(line).toMatchObject({ level: 'error', context: 'Test', msg: 'x is undefined' });
  expect(line.err).toMatchObject({
    type: 'TypeError',
    message: 'x is undefined',
    stack: expect.stringMatching(/pino-logger\.spec\.ts:\d+/),
  });
});

it('The text of a stack is kept, and the packages that it names', () => {
  const stack = 'Error: x\n    at run (file:///herald/node_modules/@nestjs/core/injector.js:1:2)';
  expect(logged((logger) => logger.error('It failed', stack))).toMatchObject({ msg: 'It failed', stack });
});

it('An error that is expected is logged with its code', () => {
  const line = logged((logger) => logger.error('Away', new HeraldError('event-store-unavailable', 'Away.')));
  expect(line.err).toEqual({ type: 'HeraldError', message: 'Away.', code: 'event-store-unavailable' });
});

it('Fields are logged beside the message, without addresses at any depth', () => {
  const line = logged((logger) =>
    logger.warn('Not accepted', { reason: '550 <a.b@c.example> unknown', at: { to: ['x@y.example'] } }),
  );
  expect(line).toMatchObject({ msg: 'Not accepted', reason: '550 *** unknown', at: { to: ['***'] } });
});

it.each([
  ['Name resolution failed for target dns:SuperSecret/Passw0rd@db.internal:2113', 'SuperSecret', 'Passw0rd'],
  ['failed: esdb://admin:a@SuperSecret/Passw0rd@db.internal:2113?tls=false', 'SuperSecret', 'Passw0rd'],
  ['550 5.1.1 <greta@x.example>: unknown', 'greta', 'x.example'],
])('Nothing of a password or an address is left: %s', (text, ...parts) => {
  for (const part of parts) expect(scrubText(text)).not.toContain(part);
});

it('A long text without spaces is masked quickly', () => {
  const begin = performance.now();
  scrubText(`${'a'.repeat(2_000_000)}@`);
  scrubText(`x@y ${'://a'.repeat(200_000)}`);
  scrubText(`x@y ${'a+.-'.repeat(500_000)}`);
  scrubText(`x@${'file:///'.repeat(200_000)}`);
  expect(performance.now() - begin).toBeLessThan(2_000);
});
