import type { Principal } from './principal.js';

/**
 * Whether the principal may publish events of this source: it is one of its `sources`, or begins with one of them and goes on
 * with a part of its own. So `https://a.example` does not allow `https://a.example.evil`.
 */
export const isSourceOf = ({ sources }: Principal, source: string): boolean =>
  sources === undefined || sources.some((prefix) => isWithin(prefix, source));

const isWithin = (prefix: string, source: string): boolean => {
  if (!source.startsWith(prefix)) return false;
  if (source === prefix) return true;
  // In a URL a colon begins a password or a port, in a URN (RFC 8141) the next part.
  const separators = prefix.includes('//') ? '/?#' : '/?#:';
  return separators.includes(prefix.at(-1) ?? '') || separators.includes(source[prefix.length] ?? '');
};
