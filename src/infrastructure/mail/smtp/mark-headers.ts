import { type FeedbackMark, TOKEN_HEADER } from '../../../application/feedback/feedback-marks.js';

/** The headers that feedback about a mail is recognised by, as they are: an encoded word would not be recognised. */
export const markHeaders = ({ token, headers }: FeedbackMark) =>
  Object.fromEntries(
    Object.entries({ [TOKEN_HEADER]: token, ...headers }).map(([name, value]) => [
      name,
      { prepared: true, value },
    ]),
  );
