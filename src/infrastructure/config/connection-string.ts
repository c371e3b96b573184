/**
 * Whether a user name or password in a connection string contains an unencoded @ or /. The text before the wrong character
 * would be parsed as the host, and shown as such.
 */
export const hasRawUserInformation = (url: string): boolean => {
  const rest = url.slice(url.indexOf('://') + 3);
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  const isLaterAt = rest.lastIndexOf('@') > authority.length;
  return isLaterAt || authority.indexOf('@') !== authority.lastIndexOf('@');
};

/** How to fix it. */
export const PERCENT_ENCODE =
  'Percent-encode the user name and the password: write @ as %40, / as %2F, : as %3A, ? as %3F and # as %23.';
