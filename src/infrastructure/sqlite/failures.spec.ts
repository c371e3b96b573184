import { describe, expect, it } from 'vitest';
import { documentFailure } from './failures.js';

const failing = (code: string) => Object.assign(new Error('it fails'), { code });

describe('A failure of a read-model file', () => {
  it.each(['SQLITE_CORRUPT', 'SQLITE_NOTADB'])(
    'that is damage says that only a restart helps: %s',
    (code) => {
      expect(documentFailure('history.db', failing(code))).toMatchObject({
        code: 'document-store-unavailable',
        message: expect.stringContaining('The file is damaged: check the disk, then restart this instance.'),
      });
    },
  );

  it('that may pass says what to look at, and to retry', () => {
    expect(documentFailure('history.db', failing('SQLITE_FULL'))).toMatchObject({
      message: expect.stringMatching(/Check the disk.*then retry\.$/),
    });
  });

  it('that is not about the file stays as it is', () => {
    const error = failing('SQLITE_ERROR');
    expect(documentFailure('history.db', error)).toBe(error);
  });
});
