import { foreign } from './isolates.js';

const NAMES: Readonly<Record<string, string>> = {
  bluesky: 'Bluesky',
  facebook: 'Facebook',
  instagram: 'Instagram',
  linkedin: 'LinkedIn',
  pinterest: 'Pinterest',
  threads: 'Threads',
  tiktok: 'TikTok',
  x: 'X',
  xing: 'XING',
  youtube: 'YouTube',
};

/** The brand name of a network; an unknown one as the platform wrote it, isolated. */
export const networkName = (network: string): string =>
  Object.hasOwn(NAMES, network.toLowerCase()) ? (NAMES[network.toLowerCase()] as string) : foreign(network);
