/**
 * Whether a user name or password stands in a connection string as it is, with an @ or a / in it. What comes before the wrong
 * character would be read as the host, and shown as such.
 */
export const hasRawUserInformation = (url: string): boolean => {
  const rest = url.slice(url.indexOf('://') + 3);
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  const isLaterAt = rest.lastIndexOf('@') > authority.length;
  return isLaterAt || authority.indexOf('@') !== authority.lastIndexOf('@');
};

/** What to do about it. */
export const PERCENT_ENCODE =
  'Percent-encode the user name and the password: write @ as %40, / as %2F, : as %3A, ? as %3F and # as %23.';
