import { describe, expect, it } from 'vitest';
import { MAX_SMTP_LANES } from '../../src/domain/bounds.js';
import { hasCode } from '../../src/domain/kernel/herald-error.js';
import { DEFAULT_TIMEOUTS, smtpOptions } from '../../src/infrastructure/mail/smtp/smtp-options.js';

describe('the URL of a mail server', () => {
  it('takes the largest number of lanes', () => {
    expect(smtpOptions(`smtp://mail.example?lanes=${MAX_SMTP_LANES}`).lanes).toBe(MAX_SMTP_LANES);
  });

  it('names host, port, user, password and lanes', () => {
    expect(smtpOptions('smtp://me%40x:p%3Aw@mail.example:2525?lanes=8')).toEqual({
      host: 'mail.example',
      port: 2525,
      secure: false,
      requireTls: true,
      auth: { user: 'me@x', pass: 'p:w' },
      lanes: 8,
      timeouts: DEFAULT_TIMEOUTS,
    });
  });

  it('may give the name that Herald says in EHLO', () => {
    expect(smtpOptions('smtp://mail.example?name=herald.acme.example').name).toBe('herald.acme.example');
  });

  it('needs no more than a host', () => {
    expect(smtpOptions('smtps://[::1]', { data: 5 })).toEqual({
      host: '::1',
      secure: true,
      requireTls: false,
      lanes: 5,
      timeouts: { ...DEFAULT_TIMEOUTS, data: 5 },
    });
  });

  it.each([
    'mail.example',
    'https://mail.example',
    'smtp://',
    'smtp://mail.example:0',
    'smtp://mail.example/path',
    'smtp://mail.example?lanes=0',
    `smtp://mail.example?lanes=${MAX_SMTP_LANES + 1}`,
    'smtp://mail.example?lanes=two',
    'smtp://mail.example?lane=2',
    'smtp://mail.example?tls=maybe',
    'smtp://mail.example?name=herald',
    'smtp://mail.example?name=192.168.0.5',
    'smtp://mail.example?name=-a.example',
    'smtp://mail.example?name=a.example%0d%0aRSET',
    'smtp://user@mail.example',
    'smtp://user:%zz@mail.example',
  ])('%s is refused with what to write instead, and never repeats a password', (url) => {
    const refused = (() => {
      try {
        smtpOptions(url);
      } catch (error) {
        return error;
      }
    })();
    expect(hasCode(refused, 'mail-configuration')).toBe(true);
    expect(refused).toMatchObject({ message: expect.stringContaining('smtp://user:password@host') });
    expect(String(refused)).not.toContain('%zz');
  });
});
