import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FeedbackMarks } from '../../src/application/feedback/feedback-marks.js';
import { MAX_FEEDBACK_SECRETS, MAX_FEEDBACK_TOPICS } from '../../src/domain/bounds.js';
import { FEEDBACK_SOURCES } from '../../src/domain/notification/feedback.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { feedbackMailboxOf, feedbackProvidersOf } from '../../src/infrastructure/config/feedback.js';
import { PinnedFetch } from '../../src/infrastructure/feedback/ses/pinned-fetch.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-feedback-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const marks = new FeedbackMarks('x'.repeat(32), { sendgrid: false, postmark: false });
const configured = (settings: Readonly<Record<string, string>>) => {
  const providers = feedbackProvidersOf(readConfig(settings), new PinnedFetch(), marks, new SystemClock());
  return FEEDBACK_SOURCES.filter((source) => providers.get(source) !== undefined);
};
const keyOf = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');
const topics = (count: number) =>
  Array.from({ length: count }, (_, n) => `arn:aws:sns:eu-west-1:123456789012:t${n}`).join(' ');
const secrets = (count: number) =>
  Array(count)
    .fill(`whsec_${Buffer.alloc(24, 1).toString('base64')}`)
    .join(' ');

const file = (content: string): string => {
  const path = join(folder, `${content.length}`);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

describe('The settings of feedback', () => {
  it('turn on what they name, and mails that return a report are always taken', () => {
    expect(configured({})).toEqual(['mail']);
    expect(
      configured({
        HERALD_FEEDBACK_SES_TOPICS: topics(MAX_FEEDBACK_TOPICS),
        HERALD_FEEDBACK_SENDGRID_KEY: keyOf('prime256v1'),
        HERALD_FEEDBACK_POSTMARK_FILE: file('user:sixteen-letters-\n'),
        HERALD_FEEDBACK_STANDARD_SECRETS_FILE: file(`${secrets(MAX_FEEDBACK_SECRETS)}\n`),
      }),
    ).toEqual([...FEEDBACK_SOURCES]);
  });

  it.each([
    ['HERALD_FEEDBACK_SES_TOPICS', topics(MAX_FEEDBACK_TOPICS + 1)],
    ['HERALD_FEEDBACK_SES_TOPICS', 'herald-feedback'],
    ['HERALD_FEEDBACK_SES_TOPICS', 'arn:aws:sns:eu-west-1.evil.example/x-1:123456789012:t'],
    ['HERALD_FEEDBACK_SES_TOPICS', 'arn:aws:sqs:eu-west-1:123456789012:t'],
    ['HERALD_FEEDBACK_SENDGRID_KEY', keyOf('secp384r1')],
    ['HERALD_FEEDBACK_SENDGRID_KEY', 'MFkw'],
    ['HERALD_FEEDBACK_POSTMARK', 'user:short'],
    ['HERALD_FEEDBACK_POSTMARK', 'no-colon-in-this-one'],
    ['HERALD_FEEDBACK_POSTMARK', 'user:sixteen-letters-\nuser:short'],
    ['HERALD_FEEDBACK_POSTMARK', '\n'],
    ['HERALD_FEEDBACK_POSTMARK', 'user:sixteen-letters-\n'.repeat(MAX_FEEDBACK_SECRETS + 1)],
    ['HERALD_FEEDBACK_STANDARD_SECRETS', secrets(MAX_FEEDBACK_SECRETS + 1)],
    ['HERALD_FEEDBACK_STANDARD_SECRETS', 'whsec_c2hvcnQ='],
    ['HERALD_FEEDBACK_STANDARD_SECRETS', 'whsec_not base64!'],
    ['HERALD_FEEDBACK_STANDARD_SECRETS_FILE', join(folder, 'none')],
  ])('are refused at the start by their name: %s', (name, value) => {
    expect(() => configured({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'invalid-configuration', field: name }),
    );
  });

  it('are not given twice', () => {
    const both = {
      HERALD_FEEDBACK_POSTMARK: 'user:sixteen-letters-',
      HERALD_FEEDBACK_POSTMARK_FILE: file('x'),
    };
    expect(() => configured(both)).toThrow(expect.objectContaining({ field: 'HERALD_FEEDBACK_POSTMARK' }));
  });

  it('name a mailbox, or none', () => {
    expect(feedbackMailboxOf(readConfig({}))).toBeUndefined();
    const url = file('imaps://u:p@mail.example\n');
    expect(feedbackMailboxOf(readConfig({ HERALD_FEEDBACK_MAILBOX_FILE: url }))).toBeDefined();
    expect(() => feedbackMailboxOf(readConfig({ HERALD_FEEDBACK_MAILBOX: 'mail.example' }))).toThrow(
      expect.objectContaining({ code: 'invalid-configuration' }),
    );
  });
});

describe('The mark of a mail', () => {
  const id = '0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d';

  it('is the same at every attempt, and another for each mail and each secret', () => {
    const { token } = marks.of(id);
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(marks.of(id).token).toBe(token);
    expect(marks.of(id.replace('0b', '1b')).token).not.toBe(token);
    const other = new FeedbackMarks('y'.repeat(32), { sendgrid: false, postmark: false });
    expect(other.of(id).token).not.toBe(token);
    expect(other.isToken(id, token)).toBe(false);
    expect(marks.isToken(id, token)).toBe(true);
    for (const wrong of ['', token.slice(1), `${token}00`, 'z'.repeat(32)])
      expect(marks.isToken(id, wrong)).toBe(false);
  });
});
